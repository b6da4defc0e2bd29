"""A second policy is data alone: brackets, sliding caps, items, instalments, ranges, dated values and repeals."""

from decimal import Decimal
from typing import Any

import pytest

from shared.policy import Award, History, Outcome, Policy, PolicyError, compute, read_policy
from tests.unit.policy import invented


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return read_policy(invented.write(tmp_path_factory.mktemp("invented")))


def ask(policy: Policy, kind: str, event: str, on: str = "2021-06-01", **given: Any) -> Outcome:
    subject = {"id": given.pop("subject", "s1"), "org": "o1", "kind": kind, "level": given.pop("level", None)}
    history, decisions = given.pop("history", History()), given.pop("decisions", {})
    body = {"id": given.pop("ref", "e1"), "type": event, "date": on, "facts": given}
    return compute(policy, subject, body, history, decisions)


def only(outcome: Outcome) -> Award:
    (award,) = outcome.awards
    return award


@pytest.mark.parametrize(
    ("investment", "amount"),
    [
        ("5000000.00", "200000.00"),
        ("5000000.01", "200000.00"),
        ("5000001.00", "200000.02"),
        ("10000000.00", "300000.00"),
        ("30000000.00", "600000.00"),
        ("50000000.00", "800000.00"),
        ("70000000.01", "1000000.00"),
        ("90000000.00", "1000000.00"),
    ],
)
def test_each_bracket_takes_its_rate_on_its_own_part(policy: Policy, investment: str, amount: str) -> None:
    award = only(ask(policy, "fund", "invested", deal="d1", investment=investment, own_funds="9999999.00"))
    assert award.amount == Decimal(amount)


def test_a_sliding_cap_follows_its_fact_and_is_cut_to_the_fen(policy: Policy) -> None:
    award = only(ask(policy, "fund", "invested", deal="d1", investment="10000000.00", own_funds="200000.03"))
    assert award.amount == Decimal("100000.01")  # half of 200000.03 is 100000.015, and a cap is never exceeded
    cap = award.steps[-3]
    assert (cap["step"], cap["before"], cap["after"], cap["took"]) == ("cap", "300000.00", "100000.01", "199999.99")


def test_a_cap_needs_its_fact(policy: Policy) -> None:
    with pytest.raises(PolicyError) as failed:
        ask(policy, "fund", "invested", deal="d1", investment="10000000.00")
    assert (failed.value.code, "own_funds" in failed.value.message) == ("missing-fact", True)


def test_a_limit_over_all_years_cuts_to_what_is_left(policy: Policy) -> None:
    history = History()
    amounts = []
    for number, on in enumerate(("2020-05-01", "2021-05-01", "2022-05-01"), 1):
        outcome = ask(
            policy, "fund", "invested", on, ref=f"e{number}", deal=f"d{number}", history=history,
            investment="50000000.00", own_funds="9999999.00",
        )  # fmt: skip
        amounts.append([award.amount for award in outcome.awards])
        for award in outcome.awards:
            history = history.with_award(award)
    assert amounts == [[Decimal("800000.00")], [Decimal("700000.00")], []]


@pytest.mark.parametrize(("level", "amount"), [("high", "20000.00"), ("low", "10000.00")])
def test_items_are_counted_and_the_cap_goes_by_level(policy: Policy, level: str, amount: str) -> None:
    award = only(ask(policy, "lab", "opened", level=level, instruments=7, staff=3))
    assert award.amount == Decimal(amount)
    assert award.steps[-3]["formula"] == "7 × 3,000.00 元 = 21,000.00 元"


@pytest.mark.parametrize(("staff", "reason"), [("2", "threshold-not-met"), ("51", "threshold-not-met")])
def test_a_threshold_refuses_on_either_side(policy: Policy, staff: str, reason: str) -> None:
    outcome = ask(policy, "lab", "opened", level="high", instruments=7, staff=staff)
    assert [refusal.reason for refusal in outcome.declined] == [reason]


def test_a_count_is_whole(policy: Policy) -> None:
    with pytest.raises(PolicyError, match=r"instruments.*1\.5.*整数"):
        ask(policy, "lab", "opened", level="high", instruments="1.5", staff=3)


def test_nothing_to_count_is_a_refusal_not_a_zero(policy: Policy) -> None:
    outcome = ask(policy, "lab", "opened", level="high", instruments=0, staff=3)
    assert (outcome.awards, outcome.declined[0].reason) == ((), "nothing-due")


def test_instalments_add_up_to_the_fen(policy: Policy) -> None:
    award = only(ask(policy, "person", "selected", "2023-03-01"))
    assert [(part.number, str(part.amount)) for part in award.instalments] == [(1, "600000.00"), (2, "600000.01")]
    assert sum(part.amount for part in award.instalments) == award.amount == Decimal("1200000.01")
    assert award.as_json()["instalments"][1]["when"] == "中期考核合格后"


@pytest.mark.parametrize(
    ("on", "amount"), [("2021-12-31", "1000000.00"), ("2022-01-01", "1200000.01"), ("2023-12-31", "1200000.01")]
)
def test_the_day_of_the_event_decides_which_value_holds(policy: Policy, on: str, amount: str) -> None:
    assert only(ask(policy, "person", "selected", on)).amount == Decimal(amount)


def test_a_repealed_rule_refuses_from_its_day_on(policy: Policy) -> None:
    outcome = ask(policy, "person", "selected", "2024-01-01")
    assert [(refusal.rule, refusal.reason) for refusal in outcome.declined] == [("talent", "repealed")]


def test_a_value_past_its_last_confirmed_day_is_an_error(policy: Policy) -> None:
    assert ask(policy, "lab", "built", "2026-12-31", finished_on="2026-01-01").awards
    with pytest.raises(PolicyError) as failed:
        ask(policy, "lab", "built", "2027-01-01", finished_on="2026-01-01")
    assert failed.value.code == "stale-parameter"
    assert "build_high" in failed.value.message
    assert "2026-12-31" in failed.value.message


def test_a_refusal_asks_for_no_confirmed_value(policy: Policy) -> None:
    outcome = ask(policy, "lab", "built", "2027-01-01", finished_on="2026-12-01")
    assert outcome.declined[0].reason == "too-early"


def test_a_range_waits_and_is_cut_by_what_is_left_of_a_limit(policy: Policy) -> None:
    decided = only(ask(policy, "lab", "built", finished_on="2020-01-01", decisions={"amount": "870000.00"}))
    waiting = only(ask(policy, "lab", "built", ref="e2", finished_on="2020-01-01", history=History([decided])))
    assert (waiting.amount, waiting.floor, waiting.ceiling) == (None, Decimal("100000.00"), Decimal("130000.00"))
    assert len(History([decided, waiting])) == 1  # an undecided ceiling uses nothing


def test_months_are_counted_to_the_day(policy: Policy) -> None:
    assert ask(policy, "lab", "built", "2021-02-28", finished_on="2020-08-31").declined[0].reason == "too-early"
    assert ask(policy, "lab", "built", "2021-03-01", finished_on="2020-08-31").awards


def test_a_rule_may_leave_room_for_two_decisions_and_uses_its_own(policy: Policy) -> None:
    award = only(ask(policy, "person", "selected", decisions={"amount": "1.00", "rate": "0.1"}))
    assert award.amount == Decimal("1000000.00")
