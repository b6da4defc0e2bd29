"""Letters about talent: what happened, why, what comes next, by when and where, and nobody's name."""

from typing import Any

import pytest

from services.notify.domain.letters import BY_NAME, kinds_for
from services.notify.letters.render import Parts
from shared.contracts.contact import applicant_person, expert_of, expert_person, member_person, person_of
from shared.contracts.letters import BROKER_LETTERS, ERASURE_LETTERS, TALENT_LETTERS, Receiver
from shared.contracts.talent import (
    TalentApplicationAccepted,
    TalentApplicationConfirmed,
    TalentApplicationDeclined,
    TalentApplicationRecommended,
    TalentApplicationReturned,
    TalentApplicationSelected,
    TalentApplicationSubmitted,
    TalentApplicationUnlisted,
    TalentApplicationWithdrawn,
    TalentMemberInvited,
)
from shared.contracts.talent.applications import RECEIPT
from shared.core.errors import DomainError
from tests.unit.notify.test_letters import NAUGHTY, example, words, write

PERSON, UNIT = Receiver(person_id="applicant-p7k3m2"), Receiver("T-01")
ID = TalentApplicationSubmitted.example["application_id"]
MINE = f"https://miaopu.example.cn/talent/mine/applications/{ID}"
DESK = f"https://miaopu.example.cn/talent/unit/applications/{ID}"


def says(parts: Parts, *said: str) -> None:
    for text in (parts.text, words(parts.html)):
        for each in said:
            assert each in text, each


def leads_to(parts: Parts, page: str) -> None:
    assert page in parts.text
    assert f'<a href="{page}"' in parts.html


@pytest.mark.parametrize(
    ("event", "names"),
    [
        (TalentApplicationSubmitted, {"talent-received": [PERSON], "talent-to-recommend": [UNIT]}),
        (TalentApplicationRecommended, {"talent-recommended": [PERSON]}),
        (TalentApplicationReturned, {"talent-returned": [PERSON, UNIT]}),
        (TalentApplicationAccepted, {"talent-accepted": [PERSON]}),
        (TalentApplicationDeclined, {"talent-declined": [PERSON]}),
        (TalentApplicationSelected, {"talent-selected": [PERSON]}),
        (TalentApplicationUnlisted, {"talent-unlisted": [PERSON]}),
        (TalentApplicationConfirmed, {"talent-confirmed": [PERSON, UNIT]}),
        (TalentApplicationWithdrawn, {"talent-withdrawn": [PERSON, UNIT]}),
        (TalentMemberInvited, {"talent-member-invited": [Receiver(person_id="member-7b0c9a52")]}),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_who_is_told_of_what(event: type[Any], names: dict[str, list[Receiver]]) -> None:
    told = example(event)
    assert {kind.name: kind.receivers(told) for kind in kinds_for(told)} == names


def test_a_receipt_says_its_number_and_until_when_the_unit_recommends() -> None:
    parts = write(example(TalentApplicationSubmitted), "talent-received")
    says(parts, "尊敬的申报人", "RC-20180312-6A0C9A52-1", "2018年4月10日24:00", "推荐单位审核推荐")
    assert "RC-20180312-6A0C9A52-1" in parts.subject
    leads_to(parts, MINE)
    assert "修改以后第" not in parts.text
    says(write(example(TalentApplicationSubmitted, number=2), "talent-received"), "这是修改以后第 2 次提交")


def test_a_unit_is_told_what_waits_for_it_until_when_and_what_it_may_decide() -> None:
    parts = write(example(TalentApplicationSubmitted), "talent-to-recommend")
    says(parts, "推荐单位：", "2018年4月10日24:00", "推荐：", "退回修改：", "不予推荐：", "过了期限不能再推荐")
    assert "待贵单位推荐（2018年4月10日截止）" in parts.subject
    leads_to(parts, DESK)
    assert MINE not in "".join(parts)
    again = write(example(TalentApplicationSubmitted, number=2), "talent-to-recommend")
    says(again, "修改后重新提交了")


def test_a_returned_application_says_its_defects_as_people_call_the_fields_until_when_and_by_whom() -> None:
    reasons = {"led_city": "只计本人为负责人的项目", "nameless": "看不清"}
    parts = write(example(TalentApplicationReturned, reasons=reasons))
    says(parts, "主持完成的市级及以上科技项目", "只计本人为负责人的项目", "nameless", "看不清")
    says(parts, "主持项目的任务书看不清，请重新上传", "2018年4月24日24:00", "经项目办公室审核")
    leads_to(parts, MINE)
    unit = write(example(TalentApplicationReturned, by_unit=True, reasons={}))
    says(unit, "经推荐单位审核", "请在期限以前与推荐单位联系")
    assert BY_NAME["talent-returned"].receivers(example(TalentApplicationReturned, by_unit=True)) == [PERSON]
    assert "需要修改的内容" not in unit.text + unit.html


def test_a_unit_is_told_that_the_office_gave_back_what_it_recommended_and_which_it_was() -> None:
    parts = write(example(TalentApplicationReturned), to=UNIT)
    says(parts, "贵单位推荐的一份申报", "已退回申报人", "2018年4月24日24:00", "请贵单位重新审核推荐")
    assert RECEIPT in parts.subject
    leads_to(parts, DESK)
    assert MINE not in "".join(parts)


def test_who_is_selected_for_good_hears_of_it_with_his_unit_and_what_comes_next() -> None:
    own, unit = (write(example(TalentApplicationConfirmed), to=to) for to in (PERSON, UNIT))
    for parts, page in ((own, MINE), (unit, DESK)):
        says(parts, "公示期满，没有收到异议", "2018年6月15日", "由项目办公室设立项目", RECEIPT)
        assert "入选确定" in parts.subject
        leads_to(parts, page)
    says(own, "请您填写任务书")
    says(unit, "任务书由入选人确认以后，请贵单位确认")
    says(write(example(TalentApplicationConfirmed, objections=2)), "公示期间的异议已经处理完毕")


@pytest.mark.parametrize("name", [letter.name for letter in TALENT_LETTERS if "receipt" in letter.event.model_fields])
def test_an_application_is_called_by_its_receipt_and_not_by_a_number_of_the_machine(name: str) -> None:
    event = example(BY_NAME[name].event)
    for to in BY_NAME[name].receivers(event):
        parts = write(event, name, to)
        says(parts, RECEIPT)
        shown = f"{parts.text}{words(parts.html)}".replace(f"applications/{ID}", "")
        assert ID not in shown
        assert to != UNIT or RECEIPT in parts.subject, "a unit has several, and tells them apart in its list"


def test_who_is_a_step_further_learns_what_comes_next_and_that_he_has_nothing_to_do() -> None:
    for event, said in ((TalentApplicationRecommended, "形式审查"), (TalentApplicationAccepted, "专家独立评审")):
        parts = write(example(event))
        says(parts, said, "您现在不需要做什么")
        leads_to(parts, MINE)


@pytest.mark.parametrize(
    ("stage", "said", "whom"),
    [
        ("unit", "推荐单位没有推荐", "请先与推荐单位联系"),
        ("formal", "形式审查没有通过，不予受理", "核查以后书面答复您"),
        ("review", "专家评审没有达到入选条件", "核查以后书面答复您"),
        ("selection", "遴选中没有入选", "核查以后书面答复您"),
        ("publicity", "公示后决定不予入选", "核查以后书面答复您"),
    ],
)
def test_a_refusal_says_where_why_and_how_to_object(stage: str, said: str, whom: str) -> None:
    parts = write(example(TalentApplicationDeclined, stage=stage))
    says(parts, said, "截止日年龄超过 35 岁，不符合申报条件", whom, "2019年1月1日前书面向项目办公室提出")
    leads_to(parts, MINE)


def test_a_stage_nobody_has_a_name_for_is_for_a_person() -> None:
    with pytest.raises(DomainError, match="unknown-stage"):
        write(example(TalentApplicationDeclined, stage="moon"))


def test_who_is_selected_learns_rank_total_and_the_days_of_publicity_and_that_it_is_no_promise() -> None:
    event = example(TalentApplicationSelected)
    own = write(event, to=PERSON)
    says(own, "86.40", "第 4 名", "2018年6月11日至2018年6月15日24:00", "也不是资助的承诺", "异议")
    says(own, "您的申报入选")
    leads_to(own, MINE)


def test_who_is_not_on_the_public_list_learns_where_he_stands_until_when_it_is_public_and_that_it_can_change() -> None:
    own = write(example(TalentApplicationUnlisted), to=PERSON)
    says(own, "您的申报不在名单上", "71.20", "第 104 名", "2018年6月11日至2018年6月15日24:00")
    says(own, "这不是最终结果", "名单会因异议成立", "最终结果在本批次结束时来信通知", "在公示期内书面实名")
    leads_to(own, MINE)
    unranked = write(example(TalentApplicationUnlisted, total=None, rank=None), to=PERSON)
    says(unranked, "没有参加排名")
    assert "总分" not in unranked.text + unranked.html


def test_what_was_withdrawn_is_confirmed_to_who_did_it_and_to_his_unit() -> None:
    event = example(TalentApplicationWithdrawn)
    own, unit = write(event, to=PERSON), write(event, to=UNIT)
    says(own, "您的申报已经撤回", "等待单位推荐", "不是您本人撤回的")
    says(own, "也不能再提交或另行申报", "以后的批次仍可以申报", "按计划规定的年限保存", "申请清除")
    leads_to(own, "https://miaopu.example.cn/talent/mine/data")
    assert "申请清除" not in unit.text + unit.html
    says(unit, "贵单位不需要再审核这份申报", "等待单位推荐")
    assert "您本人" not in unit.text + unit.html
    leads_to(own, MINE)
    leads_to(unit, DESK)
    assert "撤回时的进度" not in write(example(TalentApplicationWithdrawn, was="draft-of-old"), to=PERSON).text


def test_a_member_answers_under_the_address_he_alone_was_sent() -> None:
    parts = write(example(TalentMemberInvited))
    says(parts, "您好：", "2018年3月30日24:00", "同意或者不同意", "请不要转发")
    leads_to(parts, f"https://miaopu.example.cn{TalentMemberInvited.example['answer_path']}")
    for path in ("//evil", "https://evil.example", '/talent/team/"><script>', "/talent/team?x=1"):
        with pytest.raises(ValueError, match="answer_path"):
            example(TalentMemberInvited, answer_path=path)


OF_NO_PROGRAMME = {letter.name for letter in (*BROKER_LETTERS, *ERASURE_LETTERS)}
"""Their events name none: see test_talent_broker_letters and test_talent_erasure_letters."""


@pytest.mark.parametrize(
    "name", [name for name in BY_NAME if name.startswith("talent-") and name not in OF_NO_PROGRAMME]
)
def test_what_a_programme_is_called_is_text_in_one_line_whatever_it_holds(name: str) -> None:
    kind, named = BY_NAME[name], {"programme": {"id": "p", "name": NAUGHTY}}
    matter = kind.event.example.get("matter")
    event = example(kind.event, **kind.when, **({"matter": {**matter, **named}} if matter else named))
    parts = write(event, name)
    assert "<script" not in parts.html
    assert "&lt;script&gt;" in parts.html
    assert not set("\r\n\x00\u2028\u202e") & set(parts.subject)
    assert not any(line.startswith("Bcc:") for line in parts.text.splitlines())


def test_a_persons_id_says_which_register_has_him() -> None:
    for what, id_ in (("applicant", applicant_person("p-1")), ("member", member_person("p-1"))):
        assert person_of(id_) == (what, "p-1")
        assert expert_of(id_) is None
    assert (person_of(expert_person("P1")), expert_of("expert-P1")) == (("expert", "P1"), "P1")
    assert person_of("somebody-1") == ("", "somebody-1")
    assert person_of("expert-") == ("", "expert-")
