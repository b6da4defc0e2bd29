"""Letters of the years after: award, 任务书, changes and assessments, each with what comes next and by when."""

from typing import Any

import pytest

from services.notify.domain.letters import BY_NAME, kinds_for
from shared.contracts.letters import Receiver
from shared.contracts.talent import (
    TalentApplicationAwarded,
    TalentAssessmentDue,
    TalentAssessmentFinalised,
    TalentAssessmentReturned,
    TalentAssessmentSeen,
    TalentAssessmentSubmitted,
    TalentAwardResumed,
    TalentAwardStarted,
    TalentAwardTerminated,
    TalentChangeApplied,
    TalentChangeAsked,
    TalentChangeDecided,
    TalentContractConfirmed,
    TalentContractReturned,
)
from shared.contracts.talent.assessments import ASSESSMENT
from shared.contracts.talent.awards import AWARD
from tests.unit.notify.test_letters import example, write
from tests.unit.notify.test_talent_letters import leads_to, says

TALENT, UNIT = Receiver(person_id=AWARD["person_id"]), Receiver(AWARD["org_id"])
SITE = "https://miaopu.example.cn/talent"
MINE, DESK = f"{SITE}/mine/awards/{AWARD['award_id']}", f"{SITE}/unit/awards/{AWARD['award_id']}"
MY_ASSESSMENT = f"{SITE}/mine/assessments/{ASSESSMENT['assessment_id']}"
UNITS_ASSESSMENT = f"{SITE}/unit/assessments/{ASSESSMENT['assessment_id']}"
FAILED = {"effect": "stopped", "effect_name": "停止拨付", "instalments": [2], "recovery_proposed": True}
BOTH = (TALENT, UNIT)


@pytest.mark.parametrize(
    ("event", "to", "pages"),
    [
        (TalentApplicationAwarded, (TALENT,), (MINE,)),
        (TalentContractConfirmed, BOTH, (MINE, DESK)),
        (TalentContractReturned, (TALENT,), (MINE,)),
        (TalentAwardStarted, BOTH, (MINE, DESK)),
        (TalentAwardResumed, BOTH, (MINE, DESK)),
        (TalentAwardTerminated, BOTH, (MINE, DESK)),
        (TalentChangeApplied, BOTH, (MINE, DESK)),
        (TalentChangeDecided, BOTH, (MINE, DESK)),
        (TalentAssessmentDue, BOTH, (MY_ASSESSMENT, UNITS_ASSESSMENT)),
        (TalentAssessmentSubmitted, BOTH, (MY_ASSESSMENT, UNITS_ASSESSMENT)),
        (TalentAssessmentSeen, (TALENT,), (MY_ASSESSMENT,)),
        (TalentAssessmentReturned, (TALENT,), (MY_ASSESSMENT,)),
        (TalentAssessmentFinalised, BOTH, (MY_ASSESSMENT, UNITS_ASSESSMENT)),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_who_is_told_and_where_each_is_led(event: type[Any], to: tuple[Receiver, ...], pages: tuple[str, ...]) -> None:
    told = example(event)
    (kind,) = kinds_for(told)
    assert tuple(kind.receivers(told)) == to
    for receiver, page, other in zip(to, pages, (*pages[1:], *pages[:1]), strict=True):
        parts = write(told, to=receiver)
        leads_to(parts, page)
        assert page == other or other not in "".join(parts)
        says(parts, AWARD["contract_no"])
        assert AWARD["contract_no"] in parts.subject, "a unit has several, and tells them apart in its list"
        assert AWARD["person_id"] not in "".join(parts), "no letter says who it is"


def test_an_award_says_what_is_given_in_which_parts_and_that_the_contract_comes_first() -> None:
    own, unit = (write(example(TalentApplicationAwarded), to=to) for to in BOTH)
    for parts in (own, unit):
        says(parts, "样例文〔2018〕9号", "100,000.00 元", "第 1 期 100,000.00 元：任务书签订后一次拨付")
        says(parts, "任务书生效以前不拨付资助")
        says(parts, "大政发〔2017〕52号（创新驱动发展意见第（十二）条）")
    says(own, "请登录填写任务书", "2018年7月5日前确认")
    says(unit, "贵单位推荐的一份申报", "届时另行来信请贵单位确认")
    says(write(example(TalentApplicationAwarded, amount=None, instalments=[]), to=TALENT), "按贷款利息贴息，逐年核算")


def test_a_contract_goes_from_talent_to_unit_to_office_and_each_knows_whose_turn_it_is() -> None:
    asked = write(example(TalentContractConfirmed), to=UNIT)
    says(asked, "请贵单位审核确认", "2018年7月10日前确认", "退回修改")
    assert "任务书待贵单位确认" in asked.subject
    receipt = write(example(TalentContractConfirmed), to=TALENT)
    says(receipt, "您确认的任务书已经收到", "请所在单位于2018年7月10日前确认", "您现在不需要做什么")
    assert "任务书已收到，待单位确认" in receipt.subject
    older = example(TalentContractConfirmed, answer_by=None)
    says(write(older, to=UNIT), "2019年1月1日前确认")
    event = example(TalentContractConfirmed, by_unit=True)
    says(write(event, to=TALENT), "所在单位确认了任务书，已送项目办公室签署", "您现在不需要做什么")


def test_what_is_returned_says_its_defects_as_people_call_the_fields_and_by_whom() -> None:
    parts = write(example(TalentContractReturned))
    says(parts, "2018年7月14日前登录修改")
    says(parts, "经所在单位审核", "验收指标没有数值", "第 1 项考核指标的数值", "请写明数值", "与所在单位联系")
    parts = write(example(TalentContractReturned, by_unit=False, reasons={}))
    says(parts, "经项目办公室审核", "与项目办公室联系")
    assert "需要修改的内容" not in parts.text + parts.html
    parts = write(example(TalentAssessmentReturned, reasons={"outputs": "请逐篇列出", "nameless": "看不清"}))
    says(parts, "论文清单缺少附件", "取得的成果", "请逐篇列出", "nameless", "看不清", "2020年7月2日24:00")


def test_what_is_in_force_says_until_when_in_which_parts_and_when_it_is_assessed() -> None:
    parts = write(example(TalentAwardStarted), to=TALENT)
    says(parts, "2018年7月2日至2020年7月2日", "第 1 期 100,000.00 元", "验收：2020年7月2日前提交")
    says(parts, "大政发〔2017〕52号（创新驱动发展意见第（十二）条）")
    assert "金额的依据" not in parts.text
    unit = write(example(TalentAwardStarted), to=UNIT)
    says(unit, "贵单位的一项人才项目", "收款账户还没有确认的，请在系统中确认")
    leads_to(unit, f"{SITE}/unit/account/T-01")
    decided = {"amount": "3000000", "by": "head-1", "on": "2018-06-20", "reason": "重点领域，按预算核定。"}
    says(write(example(TalentAwardStarted, decided=decided), to=TALENT), "重点领域，按预算核定")


def test_an_end_waits_for_a_person_and_says_why_what_of_the_money_and_how_to_answer() -> None:
    assert BY_NAME["talent-award-terminated"].waits
    parts = write(example(TalentAwardTerminated), to=TALENT)
    says(parts, "负责人调离本市", "样例文〔2019〕2号", "2019年3月1日", "此后不再拨付资助")
    says(parts, "是否追回，由项目办公室另行决定", "2019年1月1日前书面")
    money = {**FAILED, "recovery_proposed": False}
    kept = write(example(TalentAwardTerminated, money=money), to=TALENT)
    says(kept, "第 2 期资助停止拨付")
    assert "是否追回" not in kept.text + kept.html
    says(write(example(TalentAwardResumed), to=UNIT), "第 1 期资助可以拨付", "年度报告已补齐")


def test_a_change_is_decided_and_whoever_takes_over_is_written_to_only_if_it_was_approved() -> None:
    says(write(example(TalentChangeApplied), to=UNIT), "请贵单位提出意见", "申请的理由", "2020年3月16日前提出意见")
    says(write(example(TalentChangeApplied), to=TALENT), "先由所在单位提出意见", "可以在项目页面撤回")
    says(
        write(example(TalentChangeDecided), to=UNIT), "同意延期 6 个月", "样例文〔2020〕3号", "验收：2021年1月2日前提交"
    )
    led = example(
        TalentChangeAsked, what="leader", what_name="负责人离开", new_org_id=None, new_person_id="applicant-q1"
    )
    (kind,) = kinds_for(led)
    assert kind.receivers(led) == [Receiver(person_id="applicant-q1")]
    asked = write(led, to=Receiver(person_id="applicant-q1"))
    says(asked, "由您接任", "2020年3月16日前答复", "没有您的同意，不会由您接任")
    leads_to(asked, f"https://miaopu.example.cn/talent/mine/changes/{led.change_id}")
    new_unit, new_leader = Receiver("T-02"), Receiver(person_id="applicant-q1")
    moved = example(TalentChangeDecided, what="unit", what_name="变更单位", new_org_id="T-02")
    kind = BY_NAME["talent-change-decided"]
    assert kind.receivers(moved) == [TALENT, UNIT, new_unit]
    taken = write(moved, to=new_unit)
    says(taken, "由贵单位接续承担", "自决定之日起由贵单位履行")
    leads_to(taken, DESK)
    left = write(moved, to=UNIT)
    says(left, "转由他方承担")
    assert DESK not in left.text + left.html, "its page is another's now"
    leads_to(write(moved, to=TALENT), MINE)
    led = example(TalentChangeDecided, what="leader", what_name="负责人离开", new_person_id="applicant-q1")
    assert kind.receivers(led) == [TALENT, UNIT, new_leader]
    leads_to(write(led, to=new_leader), MINE)
    assert MINE not in "".join(write(led, to=TALENT))
    refused = example(TalentChangeDecided, approved=False, document_no=None, new_org_id="T-02", assessments=[])
    assert kind.receivers(refused) == [TALENT, UNIT]
    parts = write(refused, to=TALENT)
    assert "不同意变更" in parts.subject
    says(parts, "请仍按任务书执行")
    assert "依据文件" not in parts.text


@pytest.mark.parametrize(("days", "said"), [(30, "还有 30 天"), (0, "今天到期"), (-1, "已经逾期 1 天")])
def test_a_reminder_says_how_long_there_is_or_how_long_it_is_overdue(days: int, said: str) -> None:
    own, unit = (write(example(TalentAssessmentDue, days_left=days), to=to) for to in BOTH)
    for parts in (own, unit):
        says(parts, said, "2020年7月2日24:00", "考核通过以前不拨付")
        assert ("已经逾期" in parts.subject) == (days < 0)
        assert ("现在提交仍然有效" in parts.text) == (days < 0)
    says(own, "考核指标完成情况")
    says(unit, "请督促项目负责人")
    says(write(example(TalentAssessmentDue, rectifying=True), to=TALENT), "验收整改材料")


def test_what_was_handed_in_is_a_receipt_for_one_and_a_task_for_the_other() -> None:
    own, unit = (write(example(TalentAssessmentSubmitted), to=to) for to in BOTH)
    assert "KH-20200628-9C4E2A10-1" in own.subject
    assert "待贵单位审核" in unit.subject
    says(unit, "2020年7月13日前提出意见")
    assert "修改以后第" not in own.text
    says(write(example(TalentAssessmentSubmitted, number=2), to=UNIT), "修改以后第 2 次")


@pytest.mark.parametrize(("agrees", "said"), [(True, "提出意见：同意"), (False, "提出意见：不同意")])
def test_who_handed_in_hears_that_the_unit_has_said_its_word_and_who_concludes(agrees: bool, said: str) -> None:
    parts = write(example(TalentAssessmentSeen, agrees=agrees))
    says(parts, said, "由项目办公室作出结论", "您现在不需要做什么")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ["通过", "没有影响", "考核已经全部完成"]),
        (
            {"kind": "midterm", "money": {**FAILED, "effect": "released", "recovery_proposed": False}},
            ["第 2 期资助可以拨付，核算结果另行来信", "请继续按任务书执行"],
        ),
        (
            {
                "conclusion": "rectify", "conclusion_name": "限期整改", "rectify_until": "2020-10-20",
                "money": {**FAILED, "effect": "held", "recovery_proposed": False},
            },
            ["限期整改", "2020年10月20日24:00", "第 2 期资助暂缓拨付", "2019年1月1日前书面"],
        ),
        (
            {"conclusion": "failed", "conclusion_name": "不通过", "money": FAILED},
            ["不通过", "第 2 期资助停止拨付", "是否追回，由项目办公室另行决定", "2019年1月1日前书面"],
        ),
        ({"money": {**FAILED, "effect": "later", "effect_name": "以后再说"}}, ["第 2 期资助：以后再说"]),
    ],
    ids=["passed", "released", "rectify", "failed", "an effect of a later day"],
)  # fmt: skip
def test_a_conclusion_says_why_and_what_it_does_to_the_money(changes: dict[str, Any], said: list[str]) -> None:
    event = example(TalentAssessmentFinalised, **changes)
    for to in BOTH:
        parts = write(event, to=to)
        says(parts, "指标全部完成", *said)
        assert event.conclusion_name in parts.subject
