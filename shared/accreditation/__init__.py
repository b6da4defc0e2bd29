"""Accreditation conditions: what a title asks for, and what a carrier still lacks for it, by conditions that are data.

    level = next_level("incubator", "provincial")
    conditions = load_conditions("incubator", level, on)
    for checked in checklist(conditions, figures, on):
        print(checked.sentence)        # 在孵企业 43 家，要求不少于 50 家，还差 7 家

The conditions of one kind of carrier are one YAML file an official can read (`library/`); a new title or a changed
figure needs no code. A figure that is missing leaves its condition unknown; it is never read as zero.
What the modules hold: `schema` and `build` the file and what is made of it, `conditions` the conditions in memory,
`checklist` a carrier held against them, `cases` worked cases as files; the requirements themselves, and how figures are
read, are in shared.checklist.
Nothing here knows a service, a clock or a database.
"""

from shared.accreditation.checklist import Checked, checklist, summary
from shared.accreditation.conditions import LEVEL_NAMES, Condition, Conditions
from shared.accreditation.load import load_conditions, next_level
from shared.checklist.figures import Figure
from shared.checklist.finding import Finding, State

__all__ = [
    "LEVEL_NAMES",
    "Checked",
    "Condition",
    "Conditions",
    "Figure",
    "Finding",
    "State",
    "checklist",
    "load_conditions",
    "next_level",
    "summary",
]
