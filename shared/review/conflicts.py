"""Why an expert may not review a unit. Every reason is told, in words the expert and the unit could both be shown."""

from typing import NamedTuple

from shared.review.model import RELATIONS, Expert, Party, Relation, Rules, Unit


class Exclusion(NamedTuple):
    """An expert who may not review a unit: `code` for programs (field, employer, self, relation), `reason` in words."""

    expert: str
    unit: str
    code: str
    reason: str


def exclusions(expert: Expert, unit: Unit, rules: Rules) -> list[Exclusion]:
    """All that keeps this expert from this unit; empty if he may review it."""
    found = []
    asked = rules.fields.get(unit.kind, ())
    if asked and not set(asked) & set(expert.fields):
        has = "、".join(expert.fields) or "未登记"
        found.append(("field", f"专业领域（{has}）不在要求之内（{'、'.join(asked)}）"))
    found += [
        ("employer", f"任职单位“{_called(expert.employer, party)}”就是{_whose(unit, party)}")
        for party in unit.parties
        if expert.employer.same(party)
    ]
    found += [("self", f"本人就是{_whose(unit, party)}") for party in unit.parties if Party(expert.name).same(party)]
    for relation in expert.relations:
        found += [(relation.kind, reason) for reason in _tied(relation, unit)]
    return [Exclusion(expert.id, unit.id, code, reason) for code, reason in dict.fromkeys(found)]


def _tied(relation: Relation, unit: Unit) -> list[str]:
    said = RELATIONS[relation.kind]
    if relation.unit:
        return [f"{said}“{unit.name}”" if relation.kind == "conflict" else said] if relation.unit == unit.id else []
    return [
        f"申报的利害关系：与“{_called(relation.party, party)}”有{said}，它是{_whose(unit, party)}"
        for party in unit.parties
        if relation.party.same(party)
    ]


def _called(theirs: Party, ours: Party) -> str:
    return theirs.name or ours.name or theirs.code or theirs.id


def _whose(unit: Unit, party: Party) -> str:
    return f"“{unit.name}”的{party.role or '相关单位'}"
