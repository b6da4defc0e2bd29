"""Letters about titles: each says what was decided, by which document, why, and what follows."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest

from services.notify.domain.letters import Letterhead, kinds_for
from services.notify.letters.render import Parts, render
from shared.contracts.incubator import (
    ApplicationRefused,
    ApplicationReturned,
    CarrierWithdrawn,
    OrganisationBarred,
    OrganisationReadmitted,
    RectificationClosed,
    RectificationOrdered,
    WithdrawalDeclined,
)
from shared.contracts.letters import Receiver

HEAD = Letterhead("https://miaopu.example.cn", date(2019, 1, 21)).values


def written(event: type[Any], **changed: object) -> tuple[Parts, tuple[str, str]]:
    told = event.model_validate({**event.example, **changed})
    (kind,) = kinds_for(told)
    parts = render(kind, told, Receiver(told.carrier.org_id), HEAD)
    body = unescape(re.sub(r"<[^>]*>", " ", parts.html.partition("<body")[2]))
    return parts, (parts.text, body)


@pytest.mark.parametrize(
    ("event", "changed", "said"),
    [
        (ApplicationReturned, {}, ["省级众创空间", "在孵企业", "与在孵企业名录不符", "名录缺少两家企业的入驻协议", "不必重填"]),
        (ApplicationRefused, {}, ["不予认定", "样例文〔2018〕29号", "2018年10月20日", "43 家"]),
        (
            RectificationOrdered, {},
            ["2019年6月30日24:00", "补足专业孵化服务人员", "样例文〔2019〕5号", "第十四条", "直至取消市级众创空间资格"],
        ),
        (RectificationClosed, {}, ["整改合格", "本次整改到此结束"]),
        (RectificationClosed, {"outcome": "failed"}, ["整改不合格", "后续处理"]),
        (WithdrawalDeclined, {}, ["截至2018年度连续两次考评不合格", "保留其市级众创空间资格", "再次提请取消"]),
        (OrganisationBarred, {}, ["2019年1月21日", "2021年1月20日", "样例文〔2019〕9号", "不能申请资格", "不予核算补助"]),
        (OrganisationReadmitted, {}, ["惩戒提前解除", "2020年3月2日", "惩戒期内发生的事项不予核算"]),
        (OrganisationReadmitted, {"outcome": "annulled"}, ["惩戒决定撤销", "视同没有作出"]),
        (OrganisationReadmitted, {"outcome": "expired"}, ["惩戒期满终止"]),
        (CarrierWithdrawn, {}, ["国科发区〔2018〕300号第十四条", "考评连续两次不合格"]),
    ],
)  # fmt: skip
def test_a_letter_about_a_title_says_what_was_decided_and_what_follows(
    event: type[Any], changed: dict[str, object], said: list[str]
) -> None:
    parts, texts = written(event, **changed)
    assert "样例众创空间 12" in parts.subject
    for text in texts:
        for each in said:
            assert each in text


def test_a_withdrawal_told_by_an_earlier_version_says_no_reason_and_leaves_no_gap() -> None:
    _, (text, _) = written(CarrierWithdrawn, reason=None, basis=None)
    assert "理由" not in text
    assert "依据：" not in text


def test_a_bar_that_ended_early_does_not_promise_what_happened_in_it() -> None:
    assert "重新核算" not in written(OrganisationReadmitted, outcome="expired")[1][0]
