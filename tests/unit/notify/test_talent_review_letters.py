"""Letters to experts of the talent programmes and about objections: how much, by when, and nobody given away."""

import pytest

from services.notify.domain.letters import BY_NAME
from shared.contracts.letters import Receiver
from shared.contracts.talent import (
    TalentObjectionDecided,
    TalentObjectionFiled,
    TalentReviewReleased,
    TalentReviewsAssigned,
    TalentReviewsDue,
)
from tests.unit.notify.test_letters import example, words, write
from tests.unit.notify.test_talent_letters import MINE, leads_to, says

EXPERT = Receiver(person_id="reviewer-E1")
OBJECTOR, SELECTED = Receiver(person_id="applicant-p9x2f4"), Receiver(person_id="applicant-p7k3m2")
PAGE = "https://miaopu.example.cn/talent/reviews"


def test_an_expert_is_told_how_much_by_when_and_how_to_step_back() -> None:
    event = example(TalentReviewsAssigned)
    assert BY_NAME["talent-review-invited"].receivers(event) == [EXPERT]
    parts = write(event)
    says(parts, "尊敬的评审专家", "12 份申报", "2018年5月25日24:00", "申请回避", "利害关系")
    leads_to(parts, PAGE)
    assert "截止" not in "".join(write(example(TalentReviewsAssigned, until=None)))


def test_an_expert_is_reminded_of_what_is_open_and_told_when_its_last_day_has_passed() -> None:
    parts = write(example(TalentReviewsDue))
    says(parts, "还有 2 份没有评分")
    assert "过期" not in parts.text + parts.html
    late = write(example(TalentReviewsDue, stage="overdue"))
    assert "已过截止日期" in late.subject
    says(late, "现在完成仍然有效", "已经过期")


def test_who_is_out_of_a_review_learns_which_one_by_whose_wish_and_what_he_still_has() -> None:
    own, office = (
        write(example(TalentReviewReleased, outcome="conflict")),
        write(example(TalentReviewReleased, units=0)),
    )
    says(own, "您申请的回避已经登记", "其余的 11 份申报不受影响", TalentReviewReleased.example["application_id"])
    says(office, "项目办公室调整了评审安排", "没有其他需要评审的申报")


def test_who_objects_is_told_by_when_he_is_answered() -> None:
    event = example(TalentObjectionFiled)
    assert BY_NAME["talent-objection-received"].receivers(event) == [OBJECTOR]
    says(write(event), "您好：", TalentObjectionFiled.example["objection_id"], "2018年7月2日前", "您的身份予以保密")
    unknown = example(TalentObjectionFiled, objector_id="P-2018-3")
    assert BY_NAME["talent-objection-received"].receivers(unknown) == [Receiver("P-2018-3")]


@pytest.mark.parametrize(
    ("outcome", "said"), [("upheld", "将据此更正"), ("rejected", "维持公示时的结果"), ("withdrawn", "不再受该异议影响")]
)
def test_who_is_selected_learns_the_outcome_and_never_who_objected(outcome: str, said: str) -> None:
    event = example(TalentObjectionDecided, outcome=outcome)
    assert BY_NAME["talent-objection-decided"].receivers(event) == [OBJECTOR, SELECTED]
    objector, selected = write(event, to=OBJECTOR), write(event, to=SELECTED)
    for parts in (objector, selected):
        says(parts, said, TalentObjectionDecided.example["reason"])
        assert "p9x2f4" not in "".join(parts)
        assert "p7k3m2" not in "".join(parts)
    says(selected, "尊敬的申报人", "您入选")
    leads_to(selected, MINE)
    assert words(objector.html).strip().startswith("人才公示异议处理结果")
    assert "您好：" in objector.text
    assert MINE not in "".join(objector)


def test_who_objects_to_what_is_his_own_is_written_to_once_as_the_applicant() -> None:
    event = example(TalentObjectionDecided, objector_id="applicant-p7k3m2")
    assert BY_NAME["talent-objection-decided"].receivers(event) == [SELECTED]
    says(write(event), "尊敬的申报人")
