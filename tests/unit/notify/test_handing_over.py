"""What a mail server's answer means: this letter's fault, ours, or nobody's; and how long we are patient."""

import ssl
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from aiosmtplib import SMTPServerDisconnected, SMTPTimeoutError

from services.notify.domain.handing_over import (
    CONNECTION,
    CONTENT,
    DELAYS,
    PUT_OFF,
    RECIPIENT,
    REFUSED,
    accepted,
    answered,
    unanswered,
)
from services.notify.schedule import ROUND, Rate
from services.notify.senders.smtp import Server, server_of


@pytest.mark.parametrize(
    ("stage", "code", "kind", "trouble"),
    [
        (RECIPIENT, 550, REFUSED, False),
        (RECIPIENT, 553, REFUSED, False),
        (CONTENT, 554, REFUSED, False),
        (CONTENT, 552, REFUSED, False),
        (RECIPIENT, 450, PUT_OFF, False),
        (CONTENT, 451, PUT_OFF, False),
        (RECIPIENT, 452, PUT_OFF, False),
        (CONTENT, 421, PUT_OFF, True),  # the server closes
        (RECIPIENT, 530, PUT_OFF, True),  # log in first: no fault of this letter
        (CONNECTION, 535, PUT_OFF, True),  # a wrong password must not fail a year's letters
        (CONNECTION, 550, PUT_OFF, True),
        (CONNECTION, 454, PUT_OFF, True),
        (CONTENT, -1, PUT_OFF, True),  # no answer of SMTP at all
        (CONTENT, 250, PUT_OFF, True),
    ],
)
def test_an_answer_is_final_only_if_it_is_about_this_letter(stage: str, code: int, kind: str, trouble: bool) -> None:
    outcome = answered(stage, code, "no such user")
    assert (outcome.kind, outcome.trouble, outcome.told) == (kind, trouble, f"{code} no such user")


@pytest.mark.parametrize(
    "error",
    [
        SMTPServerDisconnected("Connection lost"),
        SMTPTimeoutError("Timed out"),
        ConnectionRefusedError(),
        ssl.SSLError(),
    ],
)
def test_no_answer_is_tried_again(error: Exception) -> None:
    outcome = unanswered(error)
    assert (outcome.kind, outcome.trouble, outcome.code) == (PUT_OFF, True, None)
    assert outcome.words.startswith("没有得到邮件服务器的答复：")


def test_a_servers_words_are_kept_as_text_whatever_they_are() -> None:
    assert answered(CONTENT, 554, "").words == "邮件服务器没有说明原因"
    assert answered(CONTENT, 554, "spam\x00 \udcff").told == "554 spam ?"
    assert len(answered(CONTENT, 554, "x" * 9_000).words) == 2_000
    assert accepted("2.0.0 queued as 7").words == "2.0.0 queued as 7"


def test_delays_grow_from_a_minute_to_hours_and_last_for_days() -> None:
    assert DELAYS[0] == 60
    assert max(DELAYS) == 6 * 3600
    assert all(earlier <= later for earlier, later in pairwise(DELAYS))
    assert sum(DELAYS) >= timedelta(days=4).total_seconds()


def test_a_rate_holds_in_any_minute_not_only_in_each() -> None:
    now = datetime(2018, 12, 17, tzinfo=UTC)
    rate = Rate(3)
    for seconds in (0, 30, 50):
        rate.spend(now + timedelta(seconds=seconds))
    allowed = [rate.allowed(now + timedelta(seconds=seconds)) for seconds in (55, 59, 60, 89, 90, 110)]
    assert allowed == [0, 0, 1, 1, 2, 3]
    assert Rate(0).allowed(now) == ROUND


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.cn", Server("mail.example.cn", 25, False, None, None)),
        ("smtps://mail.example.cn", Server("mail.example.cn", 465, True, None, None)),
        ("smtp://us%40er:p%3A%2Fw@10.0.0.1:587", Server("10.0.0.1", 587, False, "us@er", "p:/w")),
    ],
)
def test_a_servers_address_is_read_as_urls_are(url: str, server: Server) -> None:
    assert server_of(url) == server
