"""Letters to technology brokers: registered or not and why, ended, each claim decided, and what comes next."""

import pytest

from services.notify.domain.letters import BY_NAME, kinds_for
from shared.contracts.letters import Receiver
from shared.contracts.talent import TalentBrokerDecided, TalentBrokerEnded, TalentDealDecided
from tests.unit.notify.test_letters import NAUGHTY, example, write
from tests.unit.notify.test_talent_letters import leads_to, says

BROKER = Receiver("b7k3m2")
MINE = "https://miaopu.example.cn/talent/mine/broker"
DEAL = f"https://miaopu.example.cn/talent/mine/deals/{TalentDealDecided.example['deal_id']}"


@pytest.mark.parametrize("event", [TalentBrokerDecided, TalentBrokerEnded, TalentDealDecided])
def test_the_broker_alone_is_told_as_one_who_may_be_a_company(event: type) -> None:
    told = example(event)
    (kind,) = kinds_for(told)
    assert kind.receivers(told) == [BROKER]
    says(write(told), "技术经纪人：", "您（贵机构）")


def test_a_registration_says_what_may_be_done_now_and_a_refusal_why_and_that_he_may_ask_again() -> None:
    refused = write(example(TalentBrokerDecided))
    says(refused, "项目办公室没有同意", "理由", "请附技术经纪人培训证书", "可以在同一页再次申请")
    assert "没有同意" in refused.subject
    leads_to(refused, MINE)
    registered = write(example(TalentBrokerDecided, outcome="registered", reason=None))
    says(registered, "2018年5月8日将您（贵机构）登记为技术经纪人", "完成转化满一年")
    assert "理由" not in registered.text + registered.html
    assert "再次申请" not in registered.text + registered.html


def test_an_end_says_why_and_that_nothing_further_is_rewarded_and_waits_for_a_person() -> None:
    parts = write(example(TalentBrokerEnded))
    says(parts, "2020年3月2日注销", "本人申请注销登记", "不能再登记成交、申请奖励")
    leads_to(parts, MINE)
    assert BY_NAME["talent-broker-ended"].waits


@pytest.mark.parametrize(
    ("outcome", "subject", "next_"),
    [
        ("confirmed", "奖励申请核定", "结果另行来信"),
        ("returned", "奖励申请退回补正", "再申请一次奖励"),
        ("refused", "奖励申请不予奖励", "不再核算奖励"),
    ],
)
def test_a_claim_says_its_contract_what_became_of_it_and_what_comes_next(
    outcome: str, subject: str, next_: str
) -> None:
    parts = write(example(TalentDealDecided, outcome=outcome))
    assert parts.subject == f"{subject}：2018210200000123"
    says(parts, "第 1 次", "到账凭证缺第二笔付款", next_)
    leads_to(parts, DEAL)
    assert "理由" not in write(example(TalentDealDecided, outcome="confirmed", reason=None)).text


def test_what_people_typed_is_text_and_in_the_subject_one_line() -> None:
    parts = write(example(TalentDealDecided, contract_no=NAUGHTY, reason="<script>"))
    assert "<script" not in parts.html
    assert "&lt;script&gt;" in parts.html
    assert not set("\r\n\x00\u2028\u202e") & set(parts.subject)
    assert not any(line.startswith("Bcc:") for line in parts.text.splitlines())
