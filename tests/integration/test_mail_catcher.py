"""The mail catcher on a real port: what is sent is kept byte for byte, shown decoded, and can do nothing to the page."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlsplit

import aiosmtplib
import httpx
import pytest
from starlette.requests import Request

from services.onebox.mail_pages import mail_pages
from services.onebox.mails import Mailbox, catching
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.webkit.app import make_app
from shared.webkit.registration import registration
from shared.webkit.site import DemoLogin
from tests.asking import anybody, no_accounts

NOW = datetime(2019, 1, 18, 1, tzinfo=UTC)


def a_mail(subject: str = "补助结果：样例众创空间 01", html: str = "<p>应补助 <b>210,000.00</b> 元</p>") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = "苗圃 <noreply@miaopu.example>"
    message["To"] = "样例联系人 <u-z01@example.cn>"
    message["Subject"] = subject
    message["Message-ID"] = "<m1@miaopu.example>"
    message["Date"] = "Fri, 18 Jan 2019 09:00:00 +0800"
    message.set_content("您好：\n应补助 210,000.00 元。\n.一行以点开头\n")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


@pytest.fixture
def mailbox(tmp_path: Path) -> Mailbox:
    return Mailbox(tmp_path / "mails")


@pytest.fixture
async def site(mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app("苗圃", [], now=lambda: NOW, identity=no_accounts(), asks=anybody)
    app.include_router(mail_pages(mailbox, demo=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site") as client:
        yield client


async def send(url: str, *mails: bytes) -> None:
    parts = urlsplit(url)
    async with aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port, timeout=60) as smtp:
        for mail in mails:
            await smtp.sendmail("noreply@miaopu.example", ["u-z01@example.cn"], mail)


async def test_what_is_sent_is_kept_as_it_is_under_its_number(mailbox: Mailbox) -> None:
    first, second = a_mail(), a_mail("第二封")
    async with catching(mailbox) as url:
        assert urlsplit(url).hostname == "127.0.0.1"
        await send(url, first, second)
    assert [mailbox.read(number) for number in (1, 2, 3)] == [first, second, None]
    assert (mailbox.folder / "1.eml").read_bytes() == first
    assert mailbox.folder.stat().st_mode & 0o077 == 0  # letters are nobody else's
    again = Mailbox(mailbox.folder)
    async with catching(again) as url:
        await send(url, a_mail("第三封"))
    assert again.last == 3
    assert mailbox.read(1) == first


async def test_an_address_nobody_can_have_is_refused_and_the_next_letter_taken(mailbox: Mailbox) -> None:
    async with catching(mailbox) as url:
        parts = urlsplit(url)
        async with aiosmtplib.SMTP(hostname=parts.hostname, port=parts.port, timeout=60) as smtp:
            with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
                await smtp.sendmail("noreply@miaopu.example", ["former@mail.INVALID"], a_mail())
            assert refused.value.recipients[0].code == 550
            await smtp.sendmail("noreply@miaopu.example", ["u-z01@example.cn"], a_mail())
    assert mailbox.last == 1


async def test_many_at_once_are_kept_each_once(mailbox: Mailbox) -> None:
    async with catching(mailbox) as url:
        await asyncio.gather(*(send(url, *(a_mail(f"{sender}-{each}") for each in range(5))) for sender in range(8)))
    assert len({mailbox.read(number) for number in range(1, 41)}) == 40


async def test_it_is_gone_at_the_end_even_if_someone_is_connected(mailbox: Mailbox) -> None:
    async with catching(mailbox) as url:
        port = urlsplit(url).port
        assert port is not None
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"220 ")
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


async def test_mails_are_listed_newest_first_and_shown_decoded(mailbox: Mailbox, site: httpx.AsyncClient) -> None:
    empty = (await site.get("/mails")).text
    assert "还没有邮件" in empty
    for number in range(1, 53):
        await mailbox.keep(a_mail(f"第 {number} 封"))
    first, second = (await site.get("/mails")).text, (await site.get("/mails?page=2")).text
    assert first.index("第 52 封") < first.index("第 51 封") < first.index("第 3 封")
    assert "第 2 封" not in first
    assert second.index("第 2 封") < second.index("第 1 封")
    shown = (await site.get("/mails/52")).text
    for expected in (
        "第 52 封",
        "样例联系人 &lt;u-z01@example.cn&gt;",
        "&lt;m1@miaopu.example&gt;",
        "2019-01-18 09:00",
    ):
        assert expected in shown
    assert "应补助 210,000.00 元。" in shown
    assert ".一行以点开头" in shown
    assert (await site.get("/mails/52/source")).content == mailbox.read(52)
    missing = await site.get("/mails/53")
    assert missing.status_code == 404
    assert "没有第 53 封邮件" in missing.text


async def test_addresses_in_the_text_of_a_mail_are_links_and_nothing_else_is(
    mailbox: Mailbox, site: httpx.AsyncClient
) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "设置密码"
    message.set_content(
        "请打开：http://127.0.0.1:8000/account/set/a_B-9?x=1&y=2。\n请登录 http://site/talent ，再看\n"
        '<script>alert(1)</script> javascript:alert(2) http://<b>x</b> http://a/"onclick=alert(3)\n'
    )
    await mailbox.keep(message.as_bytes())
    page = (await site.get("/mails/1")).text
    link = "http://127.0.0.1:8000/account/set/a_B-9?x=1&amp;y=2"
    assert f'：<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>。' in page
    assert '<a href="http://site/talent" target="_blank" rel="noopener noreferrer">http://site/talent</a> ，' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; javascript:alert(2) http://&lt;b&gt;x" in page
    assert 'href="javascript' not in page
    assert '<a href="http://a/" target="_blank" rel="noopener noreferrer">http://a/</a>&#34;onclick' in page


async def test_a_letter_is_shown_in_a_frame_that_may_do_nothing(mailbox: Mailbox, site: httpx.AsyncClient) -> None:
    await mailbox.keep(a_mail("<script>alert(1)</script>", '<p>正文</p><script src="http://elsewhere/x.js"></script>'))
    page = (await site.get("/mails/1")).text
    assert "<script>alert(1)" not in page
    assert "elsewhere" not in page  # the letter is in its frame, never in the page
    assert 'src="/mails/1/letter" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    letter = await site.get("/mails/1/letter")
    assert "<p>正文</p>" in letter.text
    policy = letter.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "; sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert "allow-scripts" not in policy


async def test_a_mail_that_is_none_is_kept_and_shown_all_the_same(mailbox: Mailbox, site: httpx.AsyncClient) -> None:
    await mailbox.keep(b"\xff\xfe\x00 no headers at all")
    await mailbox.keep(
        b"Subject: =?x-nothing?b?zzz?=\r\nContent-Type: text/plain; charset=x-nothing\r\n\r\n\xb0\xa1\r\n"
    )
    await mailbox.keep(b"Date: some day\r\nTo: \r\nSubject:\r\n\r\n")
    assert (await site.get("/mails")).status_code == 200
    for number in (1, 2, 3):
        assert (await site.get(f"/mails/{number}")).status_code == 200
        assert (await site.get(f"/mails/{number}/letter")).status_code == 404


@pytest.mark.parametrize("demo", [True, False])
async def test_a_newcomer_is_led_to_his_mail_in_a_demo_and_only_there(mailbox: Mailbox, *, demo: bool) -> None:
    async def nobody(_: Request) -> None:
        return None

    player = DemoLogin("申报人", "吴新人", "newcomer", "演示")
    logins = (player,) if demo else ()
    identity = no_accounts()
    app = make_app("苗圃", [], now=lambda: NOW, identity=identity, asks=nobody, demo=demo, demo_logins=logins)
    app.include_router(mail_pages(mailbox, demo=demo))
    app.include_router(registration(lambda: Grant(Role.APPLICANT, "p1")))
    await mailbox.keep(a_mail("请设置苗圃的密码"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site") as stranger:
        for page in ("/login", "/register"):
            assert ('<a href="/mails">收到的邮件</a>' in (await stranger.get(page)).text) is demo
        read = await stranger.get("/mails")
        assert (read.status_code, "请设置苗圃的密码" in read.text) == ((200, True) if demo else (303, False))
        assert (await stranger.get("/mails/1")).status_code == (200 if demo else 303)
