"""The money of an award: it adds up, nothing is released before its assessment is passed, what is held stays held."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.talent.domain.award_money import (
    CONTRACT,
    Part,
    after,
    at_start,
    award_state,
    check_whole,
    granted,
    stopped,
    without_holds,
)
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_fen
from shared.policy import History, compute
from shared.programme.load import load_programme
from shared.programme.model import instalment_event
from shared.programme.schema import Instalment
from shared.programme.timetable import OnMoney

TEAM = load_programme("innovation-team-2018")
ON = date(2018, 7, 2)
WHEN = {"by": "clerk", "on": "2018-07-02", "reason": "评审得分"}
KINDS = {"midterm": "midterm", "final": "final", "yearly-1": "yearly", "yearly-2": "yearly"}
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["passed", "rectify", "failed"])), max_size=8
)


def team(amount: str = "10000000") -> tuple[Part, ...]:
    return granted(TEAM, "a1", ON, {"amount": amount, **WHEN}).parts


def states(parts: tuple[Part, ...]) -> list[str]:
    return [each.state for each in parts]


@given(fen=st.integers(1, 10**9))
def test_the_instalments_add_up_to_the_award(fen: int) -> None:
    found = granted(TEAM, "a1", ON, {"amount": f"{fen // 100}.{fen % 100:02}", **WHEN})
    assert found.fen == fen
    assert sum(each.fen for each in found.parts) == fen


def paid(fen: int) -> list[int]:
    """What the ledger computes of a team's instalments, one by one, each from what was granted alone; in fen."""
    history, found = History(), []
    for part in granted(TEAM, "a1", ON, {"amount": fen_text(fen), **WHEN}).parts:
        event = {
            "id": f"e-{part.number}", "type": instalment_event(part.number), "date": ON.isoformat(),
            "facts": {"granted": fen_text(fen)}, "sources": {"granted": "任务书"},
        }  # fmt: skip
        (award,) = compute(TEAM.policy, {"id": "a1", "org": "p", "kind": TEAM.line}, event, history).awards
        history = history.with_award(award)
        found.append(in_fen(award.amount) or 0)
    return found


@given(yuan=st.integers(1, 10**7))
def test_of_whole_yuan_the_ledger_pays_part_by_part_what_was_planned_and_decided(yuan: int) -> None:
    amount = fen_text(100 * yuan)
    check_whole(amount)
    planned = [each.fen for each in granted(TEAM, "a1", ON, {"amount": amount, **WHEN}).parts]
    assert paid(100 * yuan) == planned
    assert sum(planned) == 100 * yuan


def test_an_amount_that_is_not_in_whole_yuan_is_refused_for_its_parts_would_not_come_to_it() -> None:
    assert sum(paid(4)) != 4, "1.6, 1.6 and 0.8 fen, each rounded by itself"
    with pytest.raises(DomainError, match="要到整元") as refused:
        check_whole("0.04")
    assert refused.value.code == "amount-not-whole"


def test_no_edition_divides_whole_yuan_into_parts_of_a_fen() -> None:
    part = {"when": "final", "says": "验收通过后"}
    for share in ("0.4", "0.25", "1"):
        assert Instalment.model_validate({"share": share, **part}).share == share
    with pytest.raises(ValidationError, match="share"):
        Instalment.model_validate({"share": "0.333", **part})


def test_a_fixed_amount_is_the_editions_and_one_up_to_a_ceiling_is_decided() -> None:
    star = load_programme("young-star-2018")
    assert granted(star, "a1", ON, None).fen == 10_000_000
    for programme, decided, code in (
        (star, {"amount": "1", **WHEN}, "amount-fixed"),
        (TEAM, None, "amount-missing"),
        (TEAM, {"amount": "0", **WHEN}, "amount-missing"),
        (TEAM, {"amount": "10000000.01", **WHEN}, "decision-above-ceiling"),
    ):
        with pytest.raises(DomainError) as refused:
            granted(programme, "a1", ON, decided)
        assert refused.value.code == code


def test_interest_has_no_amount_and_no_instalments() -> None:
    assert granted(load_programme("founder-2022"), "a1", date(2022, 12, 1), None) == (None, ())


@given(steps=STEPS, paying=st.booleans())
def test_no_instalment_is_released_or_paid_before_its_assessment_is_passed(
    steps: list[tuple[str, str]], paying: bool
) -> None:
    parts, passed = at_start(team()), {CONTRACT}
    for id_, conclusion in steps:
        kind = KINDS[id_]
        effect, moved = after(TEAM, parts, id_, kind, conclusion)
        if conclusion == "passed":
            passed.add(kind)
        free = [now.number for was, now in zip(parts, moved, strict=True) if was.state != now.state == "released"]
        assert list(effect.instalments if effect.effect == "released" else ()) == free
        assert all(each.when in passed for each in moved if each.state in ("released", "paid"))
        assert all(now == was for was, now in zip(parts, moved, strict=True) if was.paid and was.stopped)
        assert [each.fen for each in moved] == [each.fen for each in parts]
        parts = tuple(each._replace(paid=each.paid or each.state == "released") for each in moved) if paying else moved


@given(steps=STEPS)
def test_what_was_stopped_or_paid_stays_so_whatever_is_concluded_later(steps: list[tuple[str, str]]) -> None:
    parts = stopped((team()[0]._replace(paid=True), *team()[1:]))
    for id_, conclusion in steps:
        _, parts = after(TEAM, parts, id_, KINDS[id_], conclusion)
    assert states(parts) == ["paid", "stopped", "stopped"]


def test_rectifying_holds_and_passing_afterwards_frees_again() -> None:
    parts = at_start(team())
    effect, held = after(TEAM, parts, "yearly-1", "yearly", "rectify")
    assert (effect.effect, effect.instalments, states(held)) == ("held", (1, 2, 3), ["held"] * 3)
    effect, freed = after(TEAM, held, "yearly-1", "yearly", "passed")
    assert effect == OnMoney("released", (1,), recovery_proposed=False)
    assert states(freed) == ["released", "waiting", "waiting"]


def test_an_instalment_that_something_else_holds_is_not_released_by_its_own_assessment() -> None:
    _, held = after(TEAM, at_start(team()), "yearly-1", "yearly", "failed")
    effect, passed = after(TEAM, held, "midterm", "midterm", "passed")
    assert effect == OnMoney("held", (2,), recovery_proposed=False)
    assert states(passed) == ["held"] * 3
    assert states(without_holds(passed, frozenset({"yearly-1"}))) == ["released", "released", "waiting"]


def test_failing_the_mid_term_stops_the_rest_and_proposes_to_ask_back_what_was_paid() -> None:
    parts = at_start(team())
    parts = (parts[0]._replace(paid=True), *parts[1:])
    effect, moved = after(TEAM, parts, "midterm", "midterm", "failed")
    assert effect == OnMoney("stopped", (2, 3), recovery_proposed=True)
    assert states(moved) == ["paid", "stopped", "stopped"]


@pytest.mark.parametrize(
    ("final", "conclusion", "kind", "rectifying", "held", "state"),
    [
        (False, "passed", "midterm", False, False, "running"),
        (False, "passed", "midterm", False, True, "held"),
        (False, "passed", "yearly", True, True, "rectifying"),
        (False, "rectify", "midterm", False, True, "rectifying"),
        (False, "failed", "midterm", False, False, "failed"),
        (False, "failed", "yearly", False, True, "held"),
        (True, "passed", "final", False, True, "finished"),
        (True, "failed", "final", False, False, "failed"),
        (True, "failed", "yearly", False, False, "failed"),
    ],
)
def test_each_conclusion_leaves_its_award_in_one_state(
    final: bool, conclusion: str, kind: str, rectifying: bool, held: bool, state: str
) -> None:
    found = award_state(final=final, conclusion=conclusion, kind=kind, rectifying=rectifying, held=held)
    assert found == state
