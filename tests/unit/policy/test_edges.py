"""Edges that no worked case shows: each of these rules would otherwise be free to break."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shared.core.files import DataFileError
from shared.policy import History, PastAward, Policy, PolicyError, compute, read_policy
from shared.policy.cases import run_case
from shared.policy.explain import sentences
from tests.unit.policy.invented import HEAD, RULES, write

FUND = {"id": "s1", "org": "o1", "kind": "fund"}
LAB = {"id": "s1", "org": "o1", "kind": "lab"}


def changed(folder: Path, *changes: tuple[str, str], head: tuple[str, str] = ("", "")) -> Policy:
    """The invented policy with some of its text changed."""
    rules = RULES
    for old, new in changes:
        assert old in rules
        rules = rules.replace(old, new, 1)
    return read_policy(write(folder, HEAD.replace(*head) if head[0] else HEAD, rules))


def invested(number: int, investment: str, on: str = "2021-06-01") -> dict[str, Any]:
    facts = {"deal": f"d{number}", "investment": investment, "own_funds": "900000000.00"}
    return {"id": f"e{number}", "type": "invested", "date": on, "facts": facts}


def opened(on: str = "2021-06-01", level: str | None = "high", staff: int = 3) -> dict[str, Any]:
    return {"id": "e", "type": "opened", "date": on, "level": level, "facts": {"instruments": 7, "staff": staff}}


def test_an_events_own_level_goes_before_its_subjects(dalian: Policy) -> None:
    carrier = {"id": "c", "org": "o", "kind": "incubator", "level": "national"}
    event = {"id": "e", "type": "recognised", "date": "2018-06-01", "level": "provincial"}
    award = compute(dalian, carrier, event, History()).awards[0]
    assert award.amount == Decimal("500000.00")
    assert ("dalian-2017-52/incubator-recognised", "c", "provincial") in award.keys


def test_the_same_words_of_another_kind_or_from_elsewhere_are_told_as_they_are(dalian: Policy) -> None:
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "good"}
    told = []
    for kind in ("incubator", "makerspace"):
        for where in ("subject", "event"):
            subject = {"id": "c", "org": "o", "kind": kind, **({"level": "city"} if where == "subject" else {})}
            asked = {**event, **({"level": "city"} if where == "event" else {})}
            told.append(compute(dalian, subject, asked, History()).declined[0].steps[1]["inputs"])
    assert [inputs[0]["value"] for inputs in told] == ["科技企业孵化器"] * 2 + ["众创空间"] * 2
    assert [inputs[1]["source"] for inputs in told] == ["对象登记信息", "事件"] * 2


def test_an_award_counts_for_the_next_rule_of_the_same_event(tmp_path: Path) -> None:
    second = RULES[RULES.index("- id: investment") : RULES.index("- id: open-lab")].replace(
        "id: investment", "id: again"
    )
    policy = changed(tmp_path, ("- id: open-lab", f"{second}- id: open-lab"))
    outcome = compute(policy, FUND, invested(1, "50000000.00"), History())
    assert [award.amount for award in outcome.awards] == [Decimal("800000.00"), Decimal("700000.00")]
    assert outcome.awards[1].steps[-2]["counted"][0]["award"] == "e1/investment"


def test_amounts_may_be_rounded_down_and_to_the_yuan(tmp_path: Path) -> None:
    policy = changed(tmp_path, head=('{to: "0.01", mode: half_up}', '{to: "1", mode: down}'))
    award = compute(policy, FUND, invested(1, "1234599.99"), History()).awards[0]
    assert award.amount == Decimal(49383)
    assert award.steps[-1]["says"] == "应补助 49,383.00 元（舍去尾数到元）"


def test_a_limit_off_the_smallest_unit_is_never_exceeded_by_rounding(tmp_path: Path) -> None:
    policy = changed(
        tmp_path,
        ('fund_total:   {unit: yuan,  article: "47", values: {2020-01-01: "1500000.00"}}',
         'fund_total:   {unit: yuan,  article: "47", values: {2020-01-01: "1500000.50"}}'),
        head=('to: "0.01"', 'to: "1"'),
    )  # fmt: skip
    history = History()
    for number in range(3):
        for award in compute(policy, FUND, invested(number, "50000000.00"), history).awards:
            history = history.with_award(award)
    assert history.tally(("invented/fund-total", "s1")).total == 1_500_000


def test_a_ceiling_that_waits_is_never_rounded_above_the_text(tmp_path: Path) -> None:
    policy = changed(tmp_path, ('"900000.00"}, confirmed_until', '"900000.005"}, confirmed_until'))
    event = {"id": "e", "type": "built", "date": "2021-06-01", "facts": {"finished_on": "2020-01-01"}}
    assert compute(policy, LAB, event, History()).awards[0].ceiling == Decimal("900000.00")


def test_a_rule_holds_only_in_its_own_period(tmp_path: Path) -> None:
    policy = changed(
        tmp_path, ("- id: investment\n", "- id: investment\n  in_force: {from: 2021-01-01, until: 2021-12-31}\n")
    )
    reasons = []
    for on in ("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"):
        outcome = compute(policy, FUND, invested(1, "1000000.00", on), History())
        reasons.append([refusal.reason for refusal in outcome.declined])
    assert reasons == [["repealed"], [], [], ["repealed"]]


def test_one_levels_repeal_leaves_the_other_levels(tmp_path: Path) -> None:
    policy = changed(
        tmp_path,
        ('lab_cap_high: {unit: yuan,  article: "5",  values: {2020-01-01: "20000.00"}}',
         'lab_cap_high: {unit: yuan,  article: "5",  values: {2020-01-01: "20000.00", 2024-01-01: null}}'),
    )  # fmt: skip
    high, low = (compute(policy, LAB, opened("2024-06-01", level), History()) for level in ("high", "low"))
    assert [refusal.reason for refusal in high.declined] == ["repealed"]
    assert "lab_cap_high" in high.declined[0].steps[-1]["says"]
    assert [award.amount for award in low.awards] == [Decimal("10000.00")]


def test_a_repeal_written_for_the_day_after_the_last_confirmed_refuses(tmp_path: Path) -> None:
    policy = changed(
        tmp_path,
        ('"900000.00"}, confirmed_until: 2026-12-31', '"900000.00", 2027-01-01: null}, confirmed_until: 2026-12-31'),
    )
    event = {"id": "e", "type": "built", "date": "2027-02-01", "facts": {"finished_on": "2020-01-01"}}
    assert [refusal.reason for refusal in compute(policy, LAB, event, History()).declined] == ["repealed"]


@pytest.mark.parametrize(
    ("bounds", "staff", "holds"),
    [
        ("above: least_staff", 3, False), ("above: least_staff", 4, True),
        ("below: most_staff", 49, True), ("below: most_staff", 50, False),
        ("at_most: most_staff", 50, True), ("at_least: least_staff", 3, True),
    ],
)  # fmt: skip
def test_a_bound_is_or_is_not_included_as_its_word_says(tmp_path: Path, bounds: str, staff: int, holds: bool) -> None:
    other = "below: most_staff" if "least" in bounds else "above: least_staff"
    policy = changed(tmp_path, ("at_least: least_staff, at_most: most_staff", f"{bounds}, {other}"))
    assert bool(compute(policy, LAB, opened(staff=staff), History()).awards) is holds


def test_the_decided_rate_may_be_the_texts_own(dalian: Policy) -> None:
    carrier = {"id": "c", "org": "o", "kind": "makerspace", "level": "city"}
    facts = {"operating_cost_prev_year": "100.00"}
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "excellent", "facts": facts}
    assert compute(dalian, carrier, event, History(), {"rate": "0.70"}).awards[0].amount == Decimal("70.00")


def operator(year: int, on: str) -> dict[str, Any]:
    facts = {"patent_trade_prev_year": "45000000.00"}
    return {"id": f"e{year}{on}", "type": "evaluated", "date": on, "year": year, "grade": "good", "facts": facts}


def test_years_are_those_of_the_evaluation_not_of_the_calendar(dalian: Policy) -> None:
    subject = {"id": "p", "org": "p", "kind": "patent_operator", "level": "city"}
    history = History()
    found = []
    for year, on in ((2018, "2019-01-10"), (2019, "2019-12-20"), (2020, "2020-12-20")):
        outcome = compute(dalian, subject, operator(year, on), history, {"amount": "1.00"})
        found.append([refusal.reason for refusal in outcome.declined])
        for award in outcome.awards:
            history = history.with_award(award)
    assert found == [[], [], ["years-used-up"]]
    refusal = compute(dalian, subject, operator(2021, "2021-12-20"), history).declined[0]
    assert sentences(refusal.steps)[-1] == "不予补助：同一对象累计支持 2 年，年数已经用完。"


def test_a_decision_is_not_judged_where_nobody_asks_for_it(dalian: Policy) -> None:
    carrier = {"id": "c", "org": "o", "kind": "incubator", "level": "city"}
    event = {"id": "e", "type": "evaluated", "date": "2018-12-20", "year": 2018, "grade": "good"}
    wrong: Any
    for wrong in ({"rates": "1"}, [], "0.5", {"rate": "x"}):
        assert compute(dalian, carrier, event, History(), wrong).declined[0].reason == "grade-not-eligible"
        asked = {**event, "grade": "excellent", "facts": {"operating_cost_prev_year": "1.00"}}
        with pytest.raises(PolicyError) as failed:
            compute(dalian, carrier, asked, History(), wrong)
        assert failed.value.code == "invalid-decision"


def test_zero_before_a_limit_is_nothing_due_and_not_a_limit_used_up(tmp_path: Path) -> None:
    policy = read_policy(write(tmp_path))
    refusal = compute(policy, FUND, invested(1, "0.00"), History()).declined[0]
    assert (refusal.reason, refusal.steps[-1]["says"]) == ("nothing-due", "不予补助：计算结果为 0.00 元")


def test_a_whole_amount_is_told_in_wan_only_where_it_is_the_amount(tmp_path: Path) -> None:
    policy = read_policy(write(tmp_path))
    selected = {"id": "e", "type": "selected", "date": "2021-06-01"}
    award = compute(policy, {"id": "s", "org": "o", "kind": "person"}, selected, History()).awards[0]
    assert sentences(award.steps)[-1].endswith("中期考核合格后。")
    built = {"id": "e", "type": "built", "date": "2021-06-01", "facts": {"finished_on": "2020-01-01"}}
    waiting = compute(policy, LAB, built, History()).awards[0]
    assert sentences(waiting.steps)[-1].endswith("待办公室决定金额。")


@pytest.mark.parametrize("facts", [{"entered_on": "2016-01-01", "graduated_on": "9999-12-31"}])
def test_a_date_that_means_for_good_is_only_far_away(dalian: Policy, facts: dict[str, str]) -> None:
    carrier = {"id": "c", "org": "o", "kind": "incubator", "level": "city"}
    event = {"id": "e", "type": "tenant_hnte_recognised", "date": "2018-11-30", "facts": {"tenant": "t", **facts}}
    assert compute(dalian, carrier, event, History()).awards


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("limits: [{id: building-total,", "limits: [{id: fund-total,", "写法不同"),
        ("limits: [{id: building-total, per: [organisation], at_most: build_total}]",
         "limits: [{id: b, per: [organisation], at_most: build_total}, {id: b, per: [organisation], at_most: build_total}]",
         "限额编号重复"),
        ("limits: [{id: building-total,", "limits: [{id: talent,", "与规则编号相同"),
        ("kind: fund}", "kind: [fund, fund]}", "重复的词"),
        ('first_rate:   {unit: share, article: "47", values: {2020-01-01: "0.04"}}',
         'first_rate:   {unit: share, article: "47", values: {2020-01-01: "4"}}', "应在 0 至 1 之间"),
        ('"900000.00"}, confirmed_until: 2026-12-31', '"900000.00", 2027-01-01: "1.00"}, confirmed_until: 2026-12-31', "用不到"),
        ('values: {2020-01-01: "3"}', "values: {2018-02-30: 3}", "应为日期"),
    ],
)  # fmt: skip
def test_what_would_corrupt_a_cap_cannot_be_loaded(tmp_path: Path, old: str, new: str, what: str) -> None:
    with pytest.raises(DataFileError, match=what):
        changed(tmp_path, (old, new))


def test_where_the_text_is_silent_every_explanation_says_what_was_chosen(dalian: Policy) -> None:
    broker = {"id": "b", "org": "b", "kind": "technology_broker"}
    facts = {"deal": "d", "actual_trade_value": "100.00", "completed_on": "2018-06-30"}
    event = {"id": "e", "type": "broker_claim", "date": "2019-06-30", "facts": facts}
    told = sentences(compute(dalian, broker, event, History()).declined[0].steps)
    assert "执行口径：“一年后”自满一年的次日起算" in told[1]
    assert "自成果转移转化完成日期 2018-06-30 起须满 1 年，2019-06-30 之后才符合" in told[-1]


def test_who_somebody_is_comes_from_the_register_and_what_happened_from_the_event(dalian: Policy) -> None:
    event = {"id": "e", "type": "recognised", "date": "2018-06-01", "level": "national"}
    award = compute(dalian, {"id": "c", "org": "o", "kind": "incubator"}, event, History()).awards[0]
    once = next(step for step in award.steps if step["step"] == "once")
    assert [(seen["name"], seen["source"]) for seen in once["inputs"]] == [
        ("subject", "对象登记信息"),
        ("level", "事件"),
    ]


def test_whole_numbers_need_no_quotes(tmp_path: Path) -> None:
    policy = changed(tmp_path, ('values: {2020-01-01: "3"}', "values: {2020-01-01: 3}"))
    assert compute(policy, LAB, opened(staff=2), History()).declined[0].reason == "threshold-not-met"


def test_two_events_of_one_id_are_told_apart_from_two_awards(dalian: Policy) -> None:
    event = {"id": "e", "type": "recognised", "level": "national", "date": "2018-06-01"}
    again = {**event, "subject": {"id": "c2", "org": "o1", "kind": "makerspace"}}
    case = {"subject": {"id": "c1", "org": "o1", "kind": "makerspace"}, "events": [event, again]}
    with pytest.raises(PolicyError, match="第 2 个事件") as failed:
        run_case(dalian, case)
    assert failed.value.code == "invalid-event"


def test_an_award_that_lists_a_key_twice_counts_once() -> None:
    key = ("k", "o1")
    past = PastAward("a", date(2018, 1, 1), None, Decimal(5), (key, key))
    history = History([past])
    assert history.tally(key).total == 5
    assert history.with_reversal("a") == History()


def test_an_id_that_cannot_be_written_is_refused(dalian: Policy) -> None:
    event = {"id": "\ud800", "type": "recognised", "level": "national", "date": "2018-06-01"}
    with pytest.raises(PolicyError) as failed:
        compute(dalian, {"id": "c", "org": "o", "kind": "makerspace"}, event, History())
    assert failed.value.code == "invalid-event"
