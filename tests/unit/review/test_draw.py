"""The draw: its rules always hold, it is the same from the same seed, and what is possible is drawn."""

from collections import Counter
from collections.abc import Callable, Collection
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.core.errors import DomainError
from shared.review import DrawImpossible, Drawn, Expert, Party, Relation, Rules, Unit, draw, record_of, replay


def experts(count: int, conflicts: Collection[tuple[int, int]] = ()) -> list[Expert]:
    """Experts p0, p1, ...; `conflicts`: expert and unit by their numbers."""
    return [
        Expert(f"p{number}", f"专家{number}", Party(f"单位 p{number}"), (), tuple(
            Relation("conflict", unit=f"u{unit}") for who, unit in sorted(conflicts) if who == number
        ))
        for number in range(count)
    ]  # fmt: skip


def units(count: int) -> list[Unit]:
    return [Unit(f"u{number}", f"样例{number}", "incubator", (Party(f"运营 u{number}"),)) for number in range(count)]


@st.composite
def cases(draws: Any) -> tuple[list[Expert], list[Unit], Rules, str]:
    people, things = draws(st.integers(0, 5)), draws(st.integers(0, 4))
    pairs = [(who, unit) for who in range(people) for unit in range(things)]
    conflicts = draws(st.sets(st.sampled_from(pairs))) if pairs else set()
    rules = Rules(draws(st.integers(1, 3)), draws(st.integers(1, 3)))
    return experts(people, conflicts), units(things), rules, draws(st.text(max_size=5))


def fillings(people: list[Expert], things: list[Unit], rules: Rules) -> list[tuple[int, ...]]:
    """The loads of every draw that keeps the rules, found by trying all: for each unit, each set of its candidates."""
    loads = {(0,) * len(people)}
    for unit in things:
        may = [place for place, who in enumerate(people) if not any(each.unit == unit.id for each in who.relations)]
        loads = {
            tuple(load + (place in chosen) for place, load in enumerate(before))
            for before in loads
            for chosen in combinations(may, rules.per_unit)
        }
        loads = {each for each in loads if max(each, default=0) <= rules.most}
    return list(loads)


def spread(loads: Any) -> int:
    return sum(load * load for load in loads)


@given(cases())
def test_what_is_possible_is_drawn_within_the_rules_and_as_evenly_as_can_be(case: Any) -> None:
    people, things, rules, seed = case
    possible = fillings(people, things, rules)
    if not possible:
        with pytest.raises(DrawImpossible):
            draw(people, things, rules, seed)
        return
    drawn = draw(people, things, rules, seed)
    assert Counter(unit for unit, _ in drawn.pairs) == {unit.id: rules.per_unit for unit in things}
    assert len(set(drawn.pairs)) == len(drawn.pairs)
    loads = Counter(expert for _, expert in drawn.pairs)
    assert drawn.loads == {who.id: loads[who.id] for who in people}
    assert max(drawn.loads.values(), default=0) <= rules.most
    for who in people:
        assert not {(each.unit, who.id) for each in who.relations} & set(drawn.pairs)
    assert spread(drawn.loads.values()) == min(map(spread, possible))


@given(cases(), st.randoms(use_true_random=False))
def test_the_same_seed_draws_the_same_in_whatever_order_all_is_given(case: Any, chance: Any) -> None:
    people, things, rules, seed = case
    first = _outcome(people, things, rules, seed)
    chance.shuffle(people)
    chance.shuffle(things)
    assert _outcome(people, things, rules, seed) == first
    record = orjson.loads(orjson.dumps(record_of(people, things, rules, ())))
    assert _told(lambda: replay(record, seed)) == first


def _outcome(people: list[Expert], things: list[Unit], rules: Rules, seed: str) -> Drawn | tuple[Any, ...]:
    return _told(lambda: draw(people, things, rules, seed))


def _told(work: Callable[[], Drawn]) -> Drawn | tuple[Any, ...]:
    try:
        return work()
    except DrawImpossible as impossible:
        return impossible.message, impossible.lacking, impossible.crowd


@given(cases(), st.data())
def test_a_place_that_came_free_is_drawn_alone(case: Any, data: Any) -> None:
    people, things, rules, seed = case
    if not things or not fillings(people, things, rules):
        return
    drawn = draw(people, things, rules, seed)
    unit, gone = data.draw(st.sampled_from(drawn.pairs))
    kept = [pair for pair in drawn.pairs if pair != (unit, gone)]
    left = [
        Expert(who.id, who.name, who.employer, (), (*who.relations, *((Relation("conflict", unit=unit),) if who.id == gone else ())))
        for who in people
    ]  # fmt: skip
    may = [
        who.id for who in left
        if not any(each.unit == unit for each in who.relations) and (unit, who.id) not in kept
        and sum(expert == who.id for _, expert in kept) < rules.most
    ]  # fmt: skip
    only = [each for each in things if each.id == unit]
    if not may:
        with pytest.raises(DrawImpossible):
            draw(left, only, rules, seed + "again", kept)
        return
    again = draw(left, only, rules, seed + "again", kept)
    assert set(kept) < set(again.pairs)
    ((its, new),) = again.added
    assert (its, new in may) == (unit, True)
    assert again.loads == {who.id: sum(expert == who.id for _, expert in again.pairs) for who in people}


def test_a_draw_stays_what_it_was_when_it_was_recorded() -> None:
    """A change of this outcome makes recorded draws unprovable: it needs a new way of drawing beside the old one."""
    drawn = draw(experts(5, {(0, 0), (1, 2)}), units(4), Rules(2, 3), "4f1d")
    assert drawn.pairs == (
        ("u0", "p2"), ("u0", "p4"), ("u1", "p2"), ("u1", "p3"), ("u2", "p0"), ("u2", "p3"), ("u3", "p1"), ("u3", "p4"),
    )  # fmt: skip


def test_each_seed_has_its_own_outcome_and_everybody_a_chance() -> None:
    seen = Counter(pair for seed in range(200) for pair in draw(experts(5), units(3), Rules(2, 3), str(seed)).pairs)
    assert set(seen) == {(f"u{unit}", f"p{who}") for unit in range(3) for who in range(5)}
    assert all(50 <= count <= 110 for count in seen.values())  # 80 expected of each


def test_a_first_come_draw_would_get_stuck_here() -> None:
    """p0 alone may review u0 and everybody the others: whoever is drawn first, p0 has to come free for u0."""
    conflicts = {(who, 0) for who in range(1, 4)}
    for seed in range(30):
        drawn = draw(experts(4, conflicts), units(4), Rules(1, 1), str(seed))
        assert ("u0", "p0") in drawn.pairs


def test_a_large_round_is_drawn_evenly() -> None:
    conflicts = {(who, unit) for who in range(40) for unit in range(100) if (who * 7 + unit) % 11 == 0}
    drawn = draw(experts(40, conflicts), units(100), Rules(5, 13), "s")
    assert set(drawn.loads.values()) <= {12, 13}
    assert len(drawn.excluded) == len(conflicts)


def test_who_is_missing_is_told_for_each_unit_with_every_reason() -> None:
    with pytest.raises(DrawImpossible) as impossible:
        draw(experts(3, {(0, 1), (2, 1)}), units(2), Rules(2, 5), "s")
    error = impossible.value
    assert (error.code, error.status, error.crowd) == ("draw-impossible", 409, None)
    ((unit, _, wanted, eligible, why),) = error.lacking
    assert (unit, wanted, eligible, [each.expert for each in why]) == ("u1", 2, 1, ["p0", "p2"])
    assert (
        "“样例1”需要 2 位专家，只有 1 位可以评审，还缺 1 位（不能评审的：专家0：本人申请回避“样例1”；专家2："
        in error.message
    )
    assert "样例0" not in error.message


def test_too_few_for_all_together_are_told_with_what_would_be_enough() -> None:
    """u0 and u1 have p0 and p1 alone, who take one unit each; u2 and u3 want for nobody."""
    conflicts = {(who, unit) for who in range(2, 6) for unit in range(2)}
    with pytest.raises(DrawImpossible) as impossible:
        draw(experts(6, conflicts), units(4), Rules(2, 1), "s")
    crowd = impossible.value.crowd
    assert impossible.value.lacking == ()
    assert crowd is not None
    assert (crowd.units, crowd.experts, crowd.empty, crowd.enough) == (("u0", "u1"), ("p0", "p1"), 2, 2)
    assert "把每位专家的评审数提高到 2 家" in impossible.value.message
    draw(experts(6, conflicts), units(4), Rules(2, crowd.enough), "s")


def test_many_units_without_experts_are_counted_in_the_message_and_kept_whole_in_the_error() -> None:
    with pytest.raises(DrawImpossible, match="另有 2 家单位合格专家不足") as impossible:
        draw([], units(7), Rules(1, 1), "s")
    assert len(impossible.value.lacking) == 7


def test_nobody_is_drawn_from_a_list_that_names_him_twice() -> None:
    with pytest.raises(DomainError, match="列了两次"):
        draw([*experts(2), *experts(1)], units(1), Rules(1, 1), "s")


def test_a_kept_expert_who_is_no_longer_listed_keeps_his_place() -> None:
    drawn = draw(experts(2), units(1), Rules(2, 1), "s", kept=[("u0", "gone"), ("elsewhere", "p0")])
    assert drawn.pairs == (("elsewhere", "p0"), ("u0", "gone"), ("u0", "p1"))
