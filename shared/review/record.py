"""A draw as JSON: everything it was made from, so that anybody can make it again and compare."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from shared.review.conflicts import exclusions
from shared.review.draw import Drawn, Pair, draw
from shared.review.model import Expert, Party, Relation, Rules, Unit

ANY = Rules(1, 1)
"""No field is asked for: what keeps an expert away is who somebody is."""


def record_of(experts: Iterable[Expert], units: Iterable[Unit], rules: Rules, kept: Collection[Pair]) -> dict[str, Any]:
    """What a draw is made from, but for its seed: as `replay` reads it, in the order of the ids."""
    return {
        "experts": [asdict(each) for each in sorted(experts, key=lambda each: each.id)],
        "units": [asdict(each) for each in sorted(units, key=lambda each: each.id)],
        "rules": asdict(rules),
        "kept": [list(pair) for pair in sorted(kept)],
    }


def replay(record: Mapping[str, Any], seed: str) -> Drawn:
    """Draws again from the record and the seed; DrawImpossible if it was impossible then."""
    rules = record["rules"]
    return draw(
        [_expert(each) for each in record["experts"]],
        [_unit(each) for each in record["units"]],
        Rules(rules["per_unit"], rules["most"], {kind: tuple(asked) for kind, asked in rules["fields"].items()}),
        seed,
        [(unit, expert) for unit, expert in record["kept"]],
    )


def without_people(record: Mapping[str, Any], unit_id: str, roles: Collection[str]) -> dict[str, Any]:
    """The record without the names of those who stand behind a unit in these roles; it draws the same. Whom such a name
    kept from a unit is tied to that unit by its id instead."""
    units = [_unit(each) for each in record["units"]]
    whole = next((each for each in units if each.id == unit_id), None)
    gone = [] if whole is None else [each for each in whole.parties if each.role in roles]
    if whole is None or not any(each.name for each in gone):
        return dict(record)
    nobody = [Party(role=each.role) if each in gone else each for each in whole.parties]
    bare = replace(whole, parties=tuple(nobody))
    experts = []
    for each in map(_expert, record["experts"]):
        relations = [its for relation in each.relations for its in _unnamed(relation, gone, units)]
        left = replace(each, relations=tuple(relations))
        if exclusions(each, whole, ANY) and not exclusions(left, bare, ANY):
            left = replace(left, relations=(*relations, Relation("other", unit=unit_id)))
        experts.append(left)
    kept = [(unit, expert) for unit, expert in record["kept"]]
    others = [bare if each.id == unit_id else each for each in units]
    return {**record_of(experts, others, Rules(1, 1), kept), "rules": record["rules"]}


def _unnamed(relation: Relation, gone: Collection[Party], units: Collection[Unit]) -> list[Relation]:
    """A tie to one who is gone becomes ties to the units behind which he stood."""
    if not any(relation.party.same(each) for each in gone):
        return [relation]
    tied = [each.id for each in units if any(relation.party.same(party) for party in each.parties)]
    return [Relation(relation.kind, unit=id_) for id_ in tied]


def _expert(given: Mapping[str, Any]) -> Expert:
    relations = tuple(Relation(each["kind"], Party(**each["party"]), each["unit"]) for each in given["relations"])
    return Expert(given["id"], given["name"], Party(**given["employer"]), tuple(given["fields"]), relations)


def _unit(given: Mapping[str, Any]) -> Unit:
    return Unit(given["id"], given["name"], given["kind"], tuple(Party(**each) for each in given["parties"]))
