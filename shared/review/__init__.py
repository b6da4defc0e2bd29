"""Review by experts: who may review what, and drawing experts at random so that it can be proved afterwards.

    drawn = draw(experts, units, Rules(per_unit=3, most=8), seed)
    drawn = draw(experts, units, rules, another_seed, kept=what_stays)  # somebody stepped back: only his place is drawn

What the modules hold: `model` the words, `conflicts` why an expert may not review a unit, `assignment` filling places
so that nobody gets more than his share, `draw` the draw and what it answers, `impossible` what stands in its way,
`record` a draw as JSON from which anybody can draw it again.
A unit is whatever is reviewed: a carrier's report of a year, a person's application. Nothing here knows a service, a
clock, a database or a source of chance but the seed it is given.
"""

from shared.review.conflicts import Exclusion, exclusions
from shared.review.draw import Drawn, draw
from shared.review.impossible import Crowd, DrawImpossible, Lacking
from shared.review.model import RELATIONS, Expert, Party, Relation, Rules, Unit
from shared.review.record import record_of, replay

__all__ = [
    "RELATIONS",
    "Crowd",
    "DrawImpossible",
    "Drawn",
    "Exclusion",
    "Expert",
    "Lacking",
    "Party",
    "Relation",
    "Rules",
    "Unit",
    "draw",
    "exclusions",
    "record_of",
    "replay",
]
