"""Letters about a talent's money: the amount with every step, why not, what a short budget did, what was taken back."""

from typing import Any

import pytest

from services.notify.domain.letters import BY_NAME, kinds_for
from services.notify.letters.render import sample
from shared.contracts.letters import Receiver
from shared.contracts.talent import (
    TalentGrantBlocked,
    TalentGrantComputed,
    TalentGrantCut,
    TalentGrantDeclined,
    TalentGrantPaid,
    TalentGrantReversed,
    TalentGrantWithheld,
)
from shared.contracts.talent.grants import MATTER
from shared.core.errors import DomainError
from shared.policy import History, compute
from shared.policy.explain import sentences
from shared.programme.load import load_programme
from tests.unit.notify.test_letters import example, words, write
from tests.unit.notify.test_talent_award_letters import MINE, SITE, TALENT, UNIT
from tests.unit.notify.test_talent_letters import leads_to, says

DEAL = {"what": "deal", "id": "7c1d0e9a", "number": "2018210200000123", "org_id": "b7k3m2"}
OF_DEAL = {"matter": DEAL, "policy": "dalian-2017-52", "article": "26", "rule": "broker-deal"}
GRANTS = [
    TalentGrantComputed, TalentGrantDeclined, TalentGrantBlocked, TalentGrantCut, TalentGrantPaid, TalentGrantReversed,
]  # fmt: skip


def computed() -> TalentGrantComputed:
    """The first half of 100万, as the programme's own policy computes it."""
    subject = {"id": MATTER["id"], "org": MATTER["person_id"], "kind": "outstanding_youth"}
    asked = {"id": "e", "type": "instalment_1", "date": "2018-07-02", "facts": {"granted": "1000000.00"}}
    policy = load_programme("outstanding-youth-2018").policy
    (award,) = compute(policy, subject, asked, History()).awards
    return TalentGrantComputed.model_validate(
        {
            **TalentGrantComputed.example, "policy": policy.id, "rule": award.rule, "amount": str(award.amount),
            "explanation": award.steps, "explanation_hash": award.explanation_hash,
        }
    )  # fmt: skip


@pytest.mark.parametrize("event", GRANTS, ids=lambda event: event.__name__)
def test_the_talent_and_the_unit_it_goes_to_are_told_and_a_matter_may_lack_either(event: type[Any]) -> None:
    told = example(event)
    (kind,) = kinds_for(told)
    assert kind.receivers(told) == [TALENT, UNIT]
    for to, page in ((TALENT, MINE), (UNIT, f"{SITE}/unit/payments/{told.grant_id}")):
        leads_to(write(told, to=to), page)
    for lacks, left in (("org_id", [TALENT]), ("person_id", [UNIT])):
        without = example(event, matter={**MATTER, lacks: None})
        assert kind.receivers(without) == left
        write(without)
    assert kind.receivers(example(event, matter={**MATTER, "org_id": None, "person_id": None})) == []


def test_an_amount_is_told_with_every_step_and_what_comes_before_it_is_paid() -> None:
    event = computed()
    own, unit = write(event, to=TALENT), write(event, to=UNIT)
    for parts in (own, unit):
        assert "应拨付 500,000.00 元" in parts.subject
        for sentence in sentences(event.explanation):
            assert sentence in parts.text
            assert sentence in words(parts.html)
        says(parts, "1,000,000.00 元 × 50% = 500,000.00 元", event.explanation_hash, "2019年1月1日前与项目办公室联系")
        says(parts, "大政发〔2017〕52号", "创新驱动发展意见第（十二）条", "第 1 期任务书签订后拨付")
        assert "《大连市" not in parts.text, "a programme is no document"
    says(unit, "收款账户还没有确认的，请于2019年1月1日前确认", "已经确认的不必再办")
    leads_to(unit, f"{SITE}/unit/account/T-01")
    assert "/unit/" not in own.text + own.html
    says(own, "资助拨入所在单位的账户")
    alone = example(TalentGrantComputed, matter={**MATTER, "org_id": None})
    says(write(alone), "2019年1月1日前与项目办公室确认")


def test_a_ceiling_that_waits_for_a_decision_is_no_amount() -> None:
    parts = write(example(TalentGrantComputed, amount=None, floor="500000.00", ceiling="2000000.00", explanation=[]))
    assert "金额待定" in parts.subject
    says(parts, "待主管部门决定，最高 2,000,000.00 元，最低 500,000.00 元", "决定作出后另行来信")


def test_a_refusal_says_no_because_and_a_block_says_what_is_missing() -> None:
    declined, _ = sample(BY_NAME["talent-grant-declined"])
    says(write(declined, to=UNIT), "事件不在政策有效期内", "0.00 元", "事实更正后将重新核算")
    says(write(example(TalentGrantDeclined, explanation=[])), "不予资助（already-awarded）")
    says(write(example(TalentGrantBlocked)), "实际技术交易额", "不会把缺少的内容当作零", "2019年1月1日前")


def test_a_short_budget_says_what_is_paid_of_it_or_for_which_year_it_waits_and_by_which_paper() -> None:
    cut = write(example(TalentGrantCut))
    says(cut, "62,500.00 元", "100,000.00 元", "样例财〔2019〕9号", "本年预算不足")
    says(write(example(TalentGrantCut, amount="0.00")), "本年度不予安排")
    later = write(example(TalentGrantCut, carried_to=2020))
    assert "资助转入 2020 年度安排" in later.subject
    says(later, "全额转入 2020 年度预算，金额不变", "另行来信")


def test_what_is_paid_says_when_by_which_paper_and_why_it_is_not_what_was_computed() -> None:
    unit = write(example(TalentGrantPaid), to=UNIT)
    says(unit, "2018年7月20日", "样例财〔2018〕12号", "已拨入贵单位确认的账户")
    assert "为什么不是" not in unit.text
    less = example(TalentGrantPaid, computed="200000.00", cut=TalentGrantCut.example["explanation"])
    says(write(less, to=TALENT), "拨付金额为什么不是核算的 200,000.00 元", "已拨入所在单位确认的账户")


def test_a_payment_says_what_comes_next_or_that_it_was_the_last() -> None:
    part = {"number": 2, "when": "midterm", "says": "中期评估通过后", "amount": "500000.00"}
    final = {"kind": "final", "name": "验收", "due_on": "2020-07-02"}
    midterm = {"kind": "midterm", "name": "中期评估", "due_on": "2019-07-02"}
    for to in (TALENT, UNIT):
        first = write(
            example(TalentGrantPaid, matter={**MATTER, "then": {"instalment": part, "assessment": midterm}}), to=to
        )
        says(first, "下一步：第 2 期 500,000.00 元，中期评估通过后拨付", "下一次考核是中期评估：2019年7月2日前提交")
        last = write(example(TalentGrantPaid, matter={**MATTER, "then": {"assessment": final}}), to=to)
        says(last, "这是最后一期", "验收：2020年7月2日前提交")
        assert "下一步" not in write(example(TalentGrantPaid), to=to).text, "an older event does not say it"


def test_what_is_taken_back_waits_for_a_person_and_what_is_held_for_a_while_does_not() -> None:
    held, stopped = (example(TalentGrantWithheld, effect=effect) for effect in ("held", "stopped"))
    assert [kind.name for kind in kinds_for(held)] == ["talent-grant-held"]
    assert [kind.name for kind in kinds_for(stopped)] == ["talent-grant-stopped"]
    assert not BY_NAME["talent-grant-held"].waits
    for name in ("talent-grant-stopped", "talent-grant-reversed", "talent-grant-cut"):
        assert BY_NAME[name].waits
    says(write(held, to=UNIT), "第 2 期资助", "500,000.00 元", "中期评估不通过", "这不是不予资助")
    says(write(stopped, to=TALENT), "不再恢复", "2019年1月1日前书面")
    says(write(example(TalentGrantReversed)), "项目终止", "G-2018-0006", "2019年1月1日前书面")


@pytest.mark.parametrize("event", GRANTS, ids=lambda event: event.__name__)
def test_a_broker_is_written_to_as_one_and_led_to_his_deal(event: type[Any]) -> None:
    without_rule = {name: value for name, value in OF_DEAL.items() if name in event.model_fields}
    told = example(event, **without_rule)
    (kind,) = kinds_for(told)
    assert kind.receivers(told) == [Receiver("b7k3m2")]
    parts = write(told)
    says(parts, "技术经纪人：", "2018210200000123", "您的技术经纪人奖励")
    assert "技术经纪人奖励" in parts.subject
    leads_to(parts, f"{SITE}/mine/deals/7c1d0e9a")
    assert ("/talent/mine/broker" in parts.text) == (event is TalentGrantComputed)
    assert "/unit/" not in parts.text + parts.html


def test_a_policy_nobody_has_is_for_a_person() -> None:
    with pytest.raises(DomainError, match="no-such-programme"):
        write(example(TalentGrantComputed, policy="atlantis-1"))
