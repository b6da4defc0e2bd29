"""Letters to whoever asked to be erased: that it was received and what comes next, or on what ground not yet."""

import pytest

from services.notify.domain.letters import BY_NAME, kinds_for
from shared.contracts.letters import Receiver
from shared.contracts.talent import TalentErasureAsked, TalentErasureDeclined
from tests.unit.notify.test_letters import NAUGHTY, example, write
from tests.unit.notify.test_talent_letters import leads_to, says

MINE = "https://miaopu.example.cn/talent/mine/data"


@pytest.mark.parametrize("event", [TalentErasureAsked, TalentErasureDeclined])
def test_who_asked_is_told_himself_and_led_to_what_is_known_of_him(event: type) -> None:
    told = example(event)
    (kind,) = kinds_for(told)
    assert kind.receivers(told) == [Receiver(person_id="applicant-p7k3m2")]
    assert not BY_NAME[kind.name].waits
    leads_to(write(told), MINE)


def test_a_request_is_confirmed_with_what_may_go_what_stays_and_that_no_letter_follows_an_erasure() -> None:
    parts = write(example(TalentErasureAsked))
    says(parts, "2019年3月2日提出", "下一步", "须保存到规定的年限", "不再就申报来信", "注销账号", "清除以后不能恢复")


def test_a_refusal_names_its_ground_and_what_can_be_done_then() -> None:
    parts = write(example(TalentErasureDeclined))
    says(parts, "2019年3月12日决定暂不清除", "任务书尚未期满", "可以在“我的资料”再次申请", "保存期满的由系统列出")


def test_a_ground_is_text_whatever_it_holds() -> None:
    parts = write(example(TalentErasureDeclined, reason=NAUGHTY))
    assert "<script" not in parts.html
    assert "&lt;script&gt;" in parts.html
