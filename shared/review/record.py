"""A draw as JSON: everything it was made from, so that anybody can make it again and compare."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from shared.review.draw import Drawn, Pair, draw
from shared.review.model import Expert, Party, Relation, Rules, Unit


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


def _expert(given: Mapping[str, Any]) -> Expert:
    relations = tuple(Relation(each["kind"], Party(**each["party"]), each["unit"]) for each in given["relations"])
    return Expert(given["id"], given["name"], Party(**given["employer"]), tuple(given["fields"]), relations)


def _unit(given: Mapping[str, Any]) -> Unit:
    return Unit(given["id"], given["name"], given["kind"], tuple(Party(**each) for each in given["parties"]))
