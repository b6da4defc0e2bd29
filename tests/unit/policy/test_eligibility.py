"""Dates to the day, shape and facts before anything else, and errors that say what to do."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.policy import History, Policy, PolicyError, compute

CARRIER = {"id": "c1", "org": "o1", "kind": "incubator", "level": "city"}


def hnte(dalian: Policy, on: Any, **facts: Any) -> Any:
    body = {"id": "e", "type": "tenant_hnte_recognised", "date": on, "facts": {"tenant": "t1", **facts}}
    return compute(dalian, CARRIER, body, History())


def graded(dalian: Policy, subject: dict[str, Any] | None = None, **event: Any) -> Any:
    body = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent", **event}
    return compute(dalian, CARRIER if subject is None else subject, body, History())


@pytest.mark.parametrize(
    ("graduated", "recognised", "counts"),
    [
        ("2016-02-29", "2018-02-28", True),  # no 29 February in 2018: the period ends on the 28th
        ("2016-02-29", "2018-03-01", False),
        ("2016-02-28", "2018-02-28", True),
        ("2018-02-28", "2020-02-28", True),
        ("2018-02-28", "2020-02-29", False),
        ("2016-11-30", "2018-11-30", True),
        ("2016-11-29", "2018-11-30", False),
        ("2019-01-01", "2018-11-30", True),  # it graduated later: then it was still in incubation
    ],
)
def test_graduated_within_two_years_is_counted_to_the_day(
    dalian: Policy, graduated: str, recognised: str, counts: bool
) -> None:
    outcome = hnte(dalian, recognised, entered_on="2014-01-01", graduated_on=graduated)
    assert bool(outcome.awards) is counts


@pytest.mark.parametrize(("entered", "counts"), [("2018-11-30", True), ("2018-12-01", False)])
def test_a_tenant_that_came_after_its_title_is_not_counted(dalian: Policy, entered: str, counts: bool) -> None:
    assert bool(hnte(dalian, "2018-11-30", entered_on=entered).awards) is counts


@pytest.mark.parametrize(
    ("completed", "claimed", "counts"),
    [
        ("2020-02-29", "2021-02-28", False),
        ("2020-02-29", "2021-03-01", True),
        ("2018-06-30", "2019-06-30", False),
        ("2018-06-30", "2019-07-01", True),
    ],
)
def test_a_broker_waits_a_whole_year(dalian: Policy, completed: str, claimed: str, counts: bool) -> None:
    broker = {"id": "b", "org": "b", "kind": "technology_broker"}
    facts = {"deal": "d", "actual_trade_value": "100.00", "completed_on": completed}
    event = {"id": "e", "type": "broker_claim", "date": claimed, "facts": facts}
    assert bool(compute(dalian, broker, event, History()).awards) is counts


def test_dates_may_be_given_as_dates(dalian: Policy) -> None:
    assert hnte(dalian, date(2018, 11, 30), entered_on=date(2016, 3, 1)).awards


@pytest.mark.parametrize(
    ("event", "code", "told"),
    [
        ({"type": "evaluatd"}, "invalid-event", ["type", "evaluatd", "evaluated"]),
        ({"date": "20181220"}, "invalid-event", ["date", "20181220", "2018-06-01"]),
        ({"date": datetime(2018, 12, 20)}, "invalid-event", ["date"]),  # noqa: DTZ001 - an instant is no legal date
        ({"date": None}, "invalid-event", ["date", "没有给出"]),
        ({"year": "2018"}, "invalid-event", ["year"]),
        ({"year": True}, "invalid-event", ["year"]),
        ({"grade": "best"}, "invalid-event", ["grade", "best", "excellent"]),
        ({"level": "galactic"}, "invalid-event", ["level", "galactic"]),
        ({"score": 3}, "invalid-event", ["event.score", "grade"]),
        ({"id": " "}, "invalid-event", ["id"]),
        ({"facts": []}, "invalid-event", ["facts"]),
        ({"sources": {"nothing": "x"}}, "invalid-event", ["sources.nothing"]),
        ({"facts": {"operating_cost": "1"}}, "invalid-fact", ["operating_cost", "operating_cost_prev_year"]),
        ({"facts": {"operating_cost_prev_year": 1.5}}, "invalid-fact", ["上年度运营成本", "1.5"]),
        ({"facts": {"operating_cost_prev_year": "1e6"}}, "invalid-fact", ["1e6", "十进制"]),
        ({"facts": {"operating_cost_prev_year": "１００"}}, "invalid-fact", ["１００"]),
        ({"facts": {"operating_cost_prev_year": "1_000"}}, "invalid-fact", ["1_000"]),
        ({"facts": {"operating_cost_prev_year": True}}, "invalid-fact", ["True"]),
        ({"facts": {"operating_cost_prev_year": Decimal("NaN")}}, "invalid-fact", ["NaN"]),
        ({"facts": {"operating_cost_prev_year": "1" * 16}}, "invalid-fact", ["15 位"]),
        ({"facts": {"first": "yes"}}, "invalid-fact", ["首次认定", "yes", "true"]),
        ({"facts": {"tenant": ""}}, "invalid-fact", ["tenant"]),
        ({"facts": {"entered_on": "2018-02-30"}}, "invalid-fact", ["入驻日期", "2018-02-30"]),
        (
            {"facts": {"entered_on": "2018-02-03", "graduated_on": "2018-02-02"}},
            "invalid-fact",
            ["毕业日期", "2018-02-02", "2018-02-03"],
        ),
        ({"grade": None}, "missing-fact", ["grade", "excellent"]),
        ({"year": None, "facts": {"operating_cost_prev_year": "1"}}, "missing-fact", ["year"]),
        ({"facts": {"operating_cost_prev_year": None}}, "missing-fact", ["上年度运营成本", "没有给出"]),
    ],
)
def test_an_error_says_what_was_found_and_what_is_allowed(
    dalian: Policy, event: dict[str, Any], code: str, told: list[str]
) -> None:
    with pytest.raises(PolicyError) as failed:
        graded(dalian, **event)
    assert failed.value.code == code
    for words in told:
        assert words in failed.value.message


@pytest.mark.parametrize(
    ("subject", "code"),
    [
        ({**CARRIER, "kind": "submarine"}, "unknown-kind"),
        ({"id": "c1", "org": "o1"}, "unknown-kind"),
        ({**CARRIER, "colour": "green"}, "invalid-event"),
        ({**CARRIER, "org": ""}, "invalid-event"),
        ({**CARRIER, "id": 7}, "invalid-event"),
        ({**CARRIER, "of_local_university": "no"}, "invalid-event"),
        ("c1", "invalid-event"),
    ],
)
def test_a_subject_is_checked_before_anything_is_computed(dalian: Policy, subject: Any, code: str) -> None:
    with pytest.raises(PolicyError) as failed:
        graded(dalian, subject, date="1999-01-01")  # long before the policy: shape comes first
    assert failed.value.code == code


@pytest.mark.parametrize(
    ("decisions", "code"),
    [
        ({"rate": "0.700001"}, "decision-above-ceiling"),
        ({"rate": "a half"}, "invalid-decision"),
        ({"rate": 0.5}, "invalid-decision"),
        ({"rates": "0.5"}, "invalid-decision"),
        (["0.5"], "invalid-decision"),
    ],
)
def test_a_decision_must_fit_the_text(dalian: Policy, decisions: Any, code: str) -> None:
    facts = {"operating_cost_prev_year": "1000.00"}
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent", "facts": facts}
    with pytest.raises(PolicyError) as failed:
        compute(dalian, CARRIER, event, History(), decisions)
    assert failed.value.code == code


def test_facts_are_asked_for_before_decisions_are_judged(dalian: Policy) -> None:
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent"}
    with pytest.raises(PolicyError) as failed:
        compute(dalian, CARRIER, event, History(), {"rate": "0.99"})
    assert failed.value.code == "missing-fact"


def test_once_per_is_judged_before_facts_are_asked_for(dalian: Policy) -> None:
    paid = graded(dalian, facts={"operating_cost_prev_year": "1000.00"}).awards[0]
    event = {"id": "e2", "type": "evaluated", "date": "2018-12-21", "year": 2018, "grade": "excellent"}
    outcome = compute(dalian, CARRIER, event, History([paid]))
    assert [refusal.reason for refusal in outcome.declined] == ["already-awarded"]


def test_a_decided_rate_of_zero_is_a_refusal(dalian: Policy) -> None:
    facts = {"operating_cost_prev_year": "1000.00"}
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent", "facts": facts}
    outcome = compute(dalian, CARRIER, event, History(), {"rate": "0"})
    assert (outcome.awards, outcome.declined[0].reason) == ((), "nothing-due")


def test_a_kind_without_a_rule_is_told_who_has_one(dalian: Policy) -> None:
    park = {**CARRIER, "kind": "university_park"}
    event = {"id": "e", "type": "tenant_hnte_recognised", "date": "2018-11-30", "facts": {"tenant": "t1"}}
    refusal = compute(dalian, park, event, History()).declined[0]
    assert (refusal.article, refusal.reason) == ("14", "kind-not-eligible")
    assert refusal.steps[1]["inputs"][0]["required"] == "科技企业孵化器或众创空间"
