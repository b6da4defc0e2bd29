"""The evaluation engine: from reported figures and experts' scores to a total and a grade, by a scheme that is data.

    scheme = load_scheme("makerspace-100")
    results = score(scheme, units)
    grades = grade(scheme, results)

A scheme is one YAML file an official can read (`library/`); a new scheme needs no code. Numbers are exact (rationals)
until a unit's total, which is rounded half up to two places once.
What the modules hold: `schema` and `build` the file and what is made of it, `scheme` the scheme in memory, `figures`
how reported values are read, `scoring` the forms of scoring, `score`, `grade`, `ranking` and `experts` what is done
with a round, `checks` figures compared with each other, `cases` worked rounds as files.
Nothing here knows a service, a clock or a database.
"""

from shared.evaluation.errors import FigureError
from shared.evaluation.experts import expert_statistics, without_each_expert
from shared.evaluation.grade import Grade, grade
from shared.evaluation.load import load_scheme, read_scheme
from shared.evaluation.ranking import Ranking, ranking
from shared.evaluation.scheme import Scheme
from shared.evaluation.score import Result, Unit, score

__all__ = [
    "FigureError",
    "Grade",
    "Ranking",
    "Result",
    "Scheme",
    "Unit",
    "expert_statistics",
    "grade",
    "load_scheme",
    "ranking",
    "read_scheme",
    "score",
    "without_each_expert",
]
