"""What is shipped: every programme can be read, pays what the rulebook's numbers say, and is explained."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shared.checklist.requirements import find
from shared.policy import History, compute
from shared.programme.load import editions, library, load_programme, open_calls
from shared.programme.model import AWARDED, INTEREST_CLAIMED, Programme

EVERY = [programme for editions in library().values() for programme in editions]
ON = {"2018": date(2018, 6, 1), "2022": date(2022, 12, 1), "2023": date(2023, 8, 1)}


def awarded(programme: Programme, decisions: dict[str, object] | None = None, **event: object) -> Any:
    on = ON[str(programme.year)].isoformat()
    subject = {"id": "A-1", "org": "P-1", "kind": programme.line, "name": "样例"}
    return compute(programme.policy, subject, {"id": "e1", "type": AWARDED, "date": on, **event}, History(), decisions)


@pytest.mark.parametrize(
    ("id_", "parts"),
    [
        ("high-level-2018", ["2000000.00", "2000000.00"]),
        ("outstanding-youth-2018", ["500000.00", "500000.00"]),
        ("young-star-2018", ["100000.00"]),
        ("outstanding-youth-2022", ["500000.00", "500000.00"]),
        ("excellent-youth-2022", ["150000.00", "150000.00"]),
        ("young-star-2023", ["100000.00"]),
    ],
)
def test_a_fixed_grant_is_paid_in_its_instalments(id_: str, parts: list[str]) -> None:
    (award,) = awarded(load_programme(id_)).awards
    assert [f"{due.amount:.2f}" for due in award.instalments] == parts
    assert award.explanation_hash
    assert award.steps[-1]["says"].startswith("应资助")
    assert "补助" not in str(award.steps)


def test_a_team_is_paid_what_the_office_decides_under_the_ceiling() -> None:
    programme = load_programme("innovation-team-2018")
    (waiting,) = awarded(programme).awards
    assert (waiting.amount, waiting.ceiling) == (None, Decimal(10_000_000))
    decision: dict[str, object] = {
        "amount": "6000000.00", "by": "办公室", "on": date(2018, 6, 1), "reason": "评审意见和预算",
    }  # fmt: skip
    (award,) = awarded(programme, decision).awards
    assert [due.amount for due in award.instalments] == [Decimal(2_400_000), Decimal(2_400_000), Decimal(1_200_000)]
    assert "每个团队最高资助 1000 万元" in award.steps[1]["says"]


def claimed(year: int, start: str, end: str, history: History, principal: str = "10000000.00") -> Any:
    programme = load_programme("founder-2022")
    subject = {"id": "A-9", "org": "P-9", "kind": programme.line, "name": "样例"}
    facts = {"principal": principal, "interest_from": start, "interest_until": end}
    event = {"id": f"c{year}", "type": INTEREST_CLAIMED, "date": end, "year": year, "facts": facts}
    return compute(programme.policy, subject, event, history)


def test_half_of_the_interest_at_the_rate_of_the_first_day_is_paid() -> None:
    (award,) = claimed(2022, "2022-01-31", "2022-12-31", History()).awards
    # 10,000,000 × 3.70 % × 334 days ÷ 360 × 50 % = 171,638.888…; a part of a fen is not paid
    assert award.amount == Decimal("171638.88")
    assert "10,000,000.00 元 × 3.7% × 334 天 ÷ 360 天 × 50% = 171,638.88 元" in str(award.steps)


def test_interest_is_paid_three_years_and_a_million_in_all_once_a_year() -> None:
    history = History()
    paid = []
    for year, start, end in ((2022, "2022-09-01", "2022-12-31"), (2023, "2023-01-01", "2023-12-31")):
        (award,) = claimed(year, start, end, history, "90000000.00").awards
        paid.append(award.amount)
        history = history.with_award(award)
    assert sum(paid) == Decimal(1_000_000)
    again = claimed(2023, "2023-01-01", "2023-06-30", history).declined
    assert [refusal.reason for refusal in again] == ["already-awarded"]


def test_a_loan_from_before_the_first_rate_waits_for_whoever_knows_a_rate() -> None:
    with pytest.raises(Exception, match="参考利率还没有公布"):
        claimed(2022, "2019-08-01", "2022-10-01", History())


@pytest.mark.parametrize("programme", EVERY, ids=lambda programme: programme.id)
def test_every_edition_says_what_is_a_sample_and_asks_for_nothing_without_a_use(programme: Programme) -> None:
    assert "启用前请核对" in programme.note
    looked_at = {figure.name for condition in programme.conditions for figure in condition.requirement.figures}
    for field in programme.fields:
        assert field.needed_for or field.evidence or field.name in looked_at, field.name
        assert not field.personal or field.needed_for, field.name
    assert looked_at <= {field.name for field in programme.fields}
    for condition in programme.conditions:
        assert find(condition.requirement, {}, programme.call.cut_off).state == "unknown"


def test_sex_birthday_and_years_of_work_are_asked_only_where_a_condition_of_the_year_looks_at_them() -> None:
    asked = {id_: {field.name for field in load_programme(id_).fields} for id_ in editions()}
    assert "sex" not in asked["young-star-2018"]
    assert "sex" in asked["young-star-2023"]
    assert not {"sex", "born_on", "employed_on", "since"} & asked["high-level-2018"]
    for programme in EVERY:
        looked_at = {figure.name for condition in programme.conditions for figure in condition.requirement.figures}
        assert asked[programme.id] & {"sex", "born_on", "employed_on", "since"} <= looked_at, programme.id


def test_a_successor_changes_what_it_changes_and_the_editions_before_stand() -> None:
    ages = {}
    for id_ in ("young-star-2018", "young-star-2022", "young-star-2023"):
        programme = load_programme(id_)
        (age,) = (each for each in programme.conditions if each.id == "age")
        woman = {"born_on": "1991-06-01", "sex": "female"}
        ages[id_] = find(age.requirement, woman, programme.call.cut_off).state
    assert ages == {"young-star-2018": "met", "young-star-2022": "not_met", "young-star-2023": "met"}
    assert load_programme("young-star-2023").follows == "young-star-2022"


def test_open_calls_are_those_of_the_day() -> None:
    assert open_calls(date(2018, 2, 28)) == []
    assert {each.year for each in open_calls(date(2022, 9, 1))} == {2022}
    assert "founder-2022" in {each.id for each in open_calls(date(2022, 9, 30))}
    assert open_calls(date(2022, 10, 1)) == []
