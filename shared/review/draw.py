"""The draw: experts to units at random within the rules, the same from the same seed on any machine."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from shared.core.canonical import sha256_of
from shared.core.errors import DomainError
from shared.review.assignment import Places
from shared.review.conflicts import Exclusion, exclusions
from shared.review.impossible import Crowd, DrawImpossible, Lacking
from shared.review.model import Expert, Rules, Unit

Pair = tuple[str, str]
"""A unit and an expert who reviews it, by their ids."""
Known = TypeVar("Known", Expert, Unit)


@dataclass(frozen=True)
class Drawn:
    """What came of a draw. `pairs`: all that hold now, in order; `added`: those this draw brought; `excluded`: who was
    kept from what, and why; `loads`: how many units each expert has, zero included."""

    seed: str
    rules: Rules
    pairs: tuple[Pair, ...]
    added: tuple[Pair, ...]
    excluded: tuple[Exclusion, ...]
    loads: Mapping[str, int]


def draw(
    experts: Iterable[Expert], units: Iterable[Unit], rules: Rules, seed: str, kept: Collection[Pair] = ()
) -> Drawn:
    """Draws what is missing so that every unit has its experts; DrawImpossible if the rules leave no way.

    `kept` pairs stay whatever else is drawn, and count as load, those of units that are not drawn for as well: with
    them, a place that came free is drawn alone. Only ids, the seed and what is known of each decide; the order in which
    they are given does not.
    """
    of_expert, of_unit = _by_id("专家", experts), _by_id("单位", units)
    held = {unit: {expert for its, expert in kept if its == unit} for unit in of_unit}
    excluded = {
        (unit.id, expert.id): why
        for unit in of_unit.values()
        for expert in of_expert.values()
        if (why := exclusions(expert, unit, rules))
    }
    free = {
        unit: _shuffled([id_ for id_ in of_expert if (unit, id_) not in excluded and id_ not in held[unit]], seed, unit)
        for unit in of_unit
    }
    loads = {id_: sum(expert == id_ for _, expert in set(kept)) for id_ in of_expert}
    wanted = {unit: max(0, rules.per_unit - len(held[unit])) for unit in of_unit}
    can = {unit: min(wanted[unit], len(free[unit])) for unit in of_unit}
    order = _shuffled(of_unit, seed, "")
    places = Places(free, loads, rules.most)
    empty = places.fill(can, order)
    if empty or can != wanted:
        lacking = [
            Lacking(id_, unit.name, rules.per_unit, len(held[id_]) + len(free[id_]), _why(of_expert, id_, excluded))
            for id_, unit in of_unit.items()
            if can[id_] < wanted[id_]
        ]
        crowd = _crowd(places, empty, of_unit, _enough(free, loads, can, order)) if empty else None
        raise DrawImpossible(lacking, crowd, {id_: expert.name for id_, expert in of_expert.items()})
    added = tuple(sorted((unit, expert) for unit, given in places.given.items() for expert in given))
    reasons = tuple(why for each in excluded.values() for why in each)
    return Drawn(seed, rules, tuple(sorted({*kept, *added})), added, reasons, places.loads)


def _by_id(label: str, given: Iterable[Known]) -> dict[str, Known]:
    """By id, in the order of the ids; a draw that knew somebody twice would draw him twice."""
    found: dict[str, Known] = {}
    for each in sorted(given, key=lambda each: each.id):
        if each.id in found:
            raise DomainError("given-twice", f"{label}“{each.id}”列了两次，请核对")
        found[each.id] = each
    return found


def _shuffled(ids: Iterable[str], seed: str, for_: str) -> list[str]:
    """In an order of chance that the seed alone settles: by the SHA-256 of seed, purpose and id, which no version of
    any library changes."""
    return sorted(ids, key=lambda id_: sha256_of([seed, for_, id_]))


def _why(experts: Iterable[str], unit: str, excluded: Mapping[Pair, Sequence[Exclusion]]) -> tuple[Exclusion, ...]:
    return tuple(why for expert in experts for why in excluded.get((unit, expert), ()))


def _enough(
    free: Mapping[str, Sequence[str]], loads: Mapping[str, int], can: Mapping[str, int], order: Sequence[str]
) -> int:
    """The least number of units per expert that would do: the most that anybody is given if there is no limit."""
    places = Places(free, loads, max(loads.values()) + len(free))
    places.fill(can, order)
    return max(places.loads[expert] for expert in loads if places.loads[expert] > loads[expert])


def _crowd(places: Places, empty: Mapping[str, int], units: Mapping[str, Unit], enough: int) -> Crowd:
    """The units that crowd together: those with an empty place, and all they could exchange experts with."""
    found: set[str] = set()
    experts: set[str] = set()
    for unit in empty:
        reached = places.reach(unit)
        found |= reached.units.keys()
        experts |= reached.experts.keys()
    names = tuple(unit.name for id_, unit in units.items() if id_ in found)
    return Crowd(tuple(sorted(found)), names, tuple(sorted(experts)), places.most, sum(empty.values()), enough)
