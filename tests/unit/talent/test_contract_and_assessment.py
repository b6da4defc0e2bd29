"""任务书 and assessments are read as they are typed; what is missing or does not match is told at its field."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.talent.domain import assessment_form, contract_terms
from services.talent.domain.assessment_dates import REMINDERS, extended, to_remind
from services.talent.domain.assessment_form import own_needed, read_report
from services.talent.domain.contract_terms import generated, lacking, read_terms
from shared.core.dates import add_days
from shared.programme.load import library, load_programme
from shared.programme.timetable import assessments_due

EDITIONS = [each for editions in library().values() for each in editions]
SINCE = date(2018, 6, 20)
GOOD = {
    "project": "样例项目", "goals": "目标", "target-1-name": "论文", "target-1-figure": "3", "target-1-unit": "篇",
    "target-3-name": "专利", "target-3-figure": "2", "milestone-1-on": "2019.6.30", "milestone-1-what": "样机",
    "budget-equipment-grant": "6", "budget-labour-grant": "4", "budget-equipment-own": "5 万元",
}  # fmt: skip
REPORT = {
    "target-1-figure": "2", "target-3-figure": "２", "spent-equipment-grant": "6", "spent-labour-grant": "4",
    "spent-equipment-own": "3", "progress": "完成样机",
}  # fmt: skip
FEN = 10_000_000


def test_a_good_contract_lacks_nothing_and_its_rows_keep_their_numbers() -> None:
    terms = read_terms(GOOD)
    assert lacking(terms, FEN, 5_000_000, SINCE) == {}
    assert [str(each) for each in terms.targets] == ["论文 3 篇", "专利 2"]
    assert [each.number for each in terms.targets] == [1, 3]
    assert (terms.grant, terms.own) == (FEN, 5_000_000)


def test_everything_that_is_wrong_is_told_at_once_at_its_field() -> None:
    wrong = GOOD | {
        "goals": " ", "target-1-figure": "很多", "target-3-figure": "", "milestone-1-on": "明年", "budget-labour-grant": "5"
    }  # fmt: skip
    found = lacking(read_terms(wrong), FEN, 6_000_000, SINCE)
    assert set(found) == {"goals", "target-1-figure", "target-3-figure", "milestone-1-on", "budget", "budget-own"}
    assert found["budget"] == "资助经费预算合计 11 万元，应等于资助金额 10 万元，请调整各科目"
    assert found["budget-own"] == "自筹经费预算合计 5 万元，少于申报时承诺的 6 万元，请补足各科目"


def test_milestones_come_after_the_award_and_one_after_the_other() -> None:
    early = lacking(read_terms(GOOD | {"milestone-1-on": "2018-06-19"}), FEN, 0, SINCE)
    assert "早于入选之日" in early["milestones"]
    later = GOOD | {"milestone-2-on": "2019-06-29", "milestone-2-what": "试验"}
    assert "早于前一个" in lacking(read_terms(later), FEN, 0, SINCE)["milestones"]


def test_interest_has_no_granted_money_to_budget() -> None:
    typed = {name: text for name, text in GOOD.items() if not name.startswith("budget")}
    assert lacking(read_terms(typed), None, 0, SINCE) == {}
    assert set(lacking(read_terms(typed), FEN, 0, SINCE)) == {"budget"}


def test_the_first_draft_says_what_the_application_said_and_when_it_is_assessed() -> None:
    dues = assessments_due(load_programme("outstanding-youth-2018"), SINCE)
    found = generated({"project": "样例项目", "goals": "目标", "requested": "100.00"}, dues)
    assert found == {
        "project": "样例项目", "goals": "目标", "milestone-1-on": "2019-12-20", "milestone-1-what": "中期评估",
        "milestone-2-on": "2021-06-20", "milestone-2-what": "验收",
    }  # fmt: skip
    assert found.keys() <= contract_terms.names()


@given(typed=st.dictionaries(st.sampled_from(sorted(contract_terms.names())), st.text(max_size=30), max_size=30))
def test_whatever_is_typed_is_read_or_told(typed: dict[str, str]) -> None:
    terms = read_terms(typed)
    assert terms.problems.keys() <= contract_terms.names()
    assert lacking(terms, FEN, 0, SINCE)
    report = {name.replace("budget", "spent"): text for name, text in typed.items()}
    assert read_report(read_terms(GOOD), "final", report).problems


def test_a_report_stands_target_by_target_beside_its_contract() -> None:
    report = read_report(read_terms(GOOD), "midterm", REPORT)
    assert report.problems == {}
    assert [(each.target.name, each.met, str(each.percent)) for each in report.targets] == [
        ("论文", False, "66.66"), ("专利", True, "100.00"),
    ]  # fmt: skip
    assert report.findings() == ("论文：完成 2 篇，任务书要求 3", "自筹经费：应到位 5 万元，已支出 3 万元，差 2 万元")
    assert report.as_json()["own_short"] == "20000.00"
    assert set(REPORT) <= assessment_form.names()


def test_more_than_the_budget_is_explained_and_more_than_the_grant_refused() -> None:
    terms = read_terms(GOOD)
    shifted = REPORT | {"spent-equipment-grant": "7", "spent-labour-grant": "3"}
    asked = read_report(terms, "midterm", shifted)
    assert asked.problems == {"difficulties": "设备费的资助经费支出超过预算，请在这里写明原因"}
    explained = read_report(terms, "midterm", shifted | {"difficulties": "设备涨价"})
    assert explained.problems == {}
    assert "设备费：资助经费支出 7 万元，任务书预算 6 万元" in explained.findings()
    refused = read_report(terms, "midterm", shifted | {"spent-labour-grant": "500"})
    assert set(refused.problems) == {"spent-labour-grant"}
    assert "合计 507 万元，超过任务书的资助经费 10 万元" in refused.problems["spent-labour-grant"]


def test_what_was_not_given_is_never_zero() -> None:
    report = read_report(read_terms(GOOD), "final", {})
    assert set(report.problems) == {
        "target-1-figure", "target-3-figure", "spent-equipment-grant", "spent-equipment-own", "spent-labour-grant",
        "progress",
    }  # fmt: skip
    nothing = dict.fromkeys(report.problems, "0") | {"progress": "没有进展"}
    found = read_report(read_terms(GOOD), "final", nothing)
    assert (found.problems, len(found.unmet)) == ({}, 2)


@given(spent=st.integers(0, 2 * FEN), more=st.integers(0, FEN))
def test_self_raised_money_keeps_step_with_the_granted_and_is_whole_at_the_end(spent: int, more: int) -> None:
    terms = read_terms(GOOD)
    assert own_needed(terms, "final", spent) == terms.own
    assert 0 <= own_needed(terms, "midterm", spent) <= own_needed(terms, "midterm", spent + more) <= terms.own
    assert own_needed(terms, "midterm", FEN // 2) == terms.own // 2


@given(
    programme=st.sampled_from(EDITIONS),
    begins=st.dates(date(2018, 1, 1), date(2030, 12, 31)),
    months=st.integers(0, 24),
)
def test_nothing_is_due_before_the_contract_began_nor_earlier_by_an_extension(
    programme: object, begins: date, months: int
) -> None:
    before = {each.id: each.on for each in assessments_due(programme, begins)}  # type: ignore[arg-type]  # an edition
    longer = {each.id: each.on for each in extended(programme, begins, months, ())}  # type: ignore[arg-type]  # an edition
    assert all(begins < on for on in [*before.values(), *longer.values()])
    assert all(on <= longer[id_] for id_, on in before.items())
    assert max(longer.values()) == longer.get("final", max(longer.values()))


def test_an_extension_leaves_what_is_settled_and_adds_the_years_it_brings() -> None:
    programme = load_programme("outstanding-youth-2018")
    found = {each.id: each.on.isoformat() for each in extended(programme, date(2018, 7, 2), 6, {"midterm", "yearly-1"})}
    assert found == {
        "yearly-1": "2019-07-02", "midterm": "2020-01-02", "yearly-2": "2020-07-02", "yearly-3": "2021-07-02",
        "final": "2022-01-02",
    }  # fmt: skip


@given(starts=st.integers(-60, 40), gaps=st.lists(st.integers(0, 20), max_size=30))
def test_each_reminder_is_sent_at_most_once_and_none_before_its_day(starts: int, gaps: list[int]) -> None:
    due, sent, today = date(2020, 7, 2), set[str](), add_days(date(2020, 7, 2), starts)
    for gap in gaps:
        today = add_days(today, gap)
        found = to_remind(due, today, sent)
        if found is not None:
            assert found.which not in sent
            assert found.days_left == (due - today).days
            assert add_days(due, REMINDERS[found.which]) <= today
            sent.add(found.which)
        assert to_remind(due, today, sent) is None


def test_the_reminders_of_an_assessment_that_nobody_hands_in() -> None:
    sent: dict[str, str] = {}
    for days in range(-40, 40):
        today = add_days(date(2020, 7, 2), days)
        found = to_remind(date(2020, 7, 2), today, sent)
        if found is not None:
            sent[found.which] = today.isoformat()
    assert sent == {"before-30": "2020-06-02", "before-7": "2020-06-25", "after-1": "2020-07-03"}
