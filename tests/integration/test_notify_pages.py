"""The pages and the JSON of notify: they show everything a letter is, page by page, and change nothing."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.notify.domain.letters import KINDS
from services.notify.domain.states import STATES
from services.notify.store.tables import MESSAGE
from services.notify.usecases.decide import MAY_ARRIVE_TWICE, release
from services.notify.web.letter_lists import WRITTEN
from shared.contracts.contact import TalentContactChanged
from shared.contracts.incubator import CarrierWithdrawn, EvaluationFinalised, SubsidyComputed
from shared.contracts.talent import TalentGrantComputed, TalentObjectionFiled
from shared.contracts.talent.grants import MATTER
from shared.db.transaction import transaction
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts
from tests.integration.notify_mails import MailServer
from tests.integration.notify_world import (
    World,
    at_work,
    carrier,
    contact,
    example,
    letters,
    nothing,
    now,
    sending,
    until,
)
from tests.servers import NatsServer
from tests.unit.notify.test_letters import OFFICES

pytestmark = [pytest.mark.tables_of("notify"), pytest.mark.one_database]
PAGE = WRITTEN.per_page


@pytest.fixture
async def world(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[World]:
    async with (
        MailServer(rcpt=["550 5.1.1 no <such> mailbox"]).serving() as mails,
        at_work(database, nats_server.url, tmp_path, mails.url, sending()) as made,
    ):
        yield made


@pytest.fixture
async def browser(world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app("苗圃", [world.running], now=now, identity=no_accounts(), asks=anybody)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


async def page(browser: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await browser.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def subjects(html: str) -> list[str]:
    return re.findall(r'<td><a href="/notify/messages/[^"]*">([^<]*)</a>', html)


async def taken_away(browser: httpx.AsyncClient, path: str) -> list[tuple[Any, ...]]:
    """The rows of a workbook, the heads first."""
    book = load_workbook(io.BytesIO((await browser.get(path)).content))
    return list(book.worksheets[0].iter_rows(values_only=True))


async def test_an_empty_desk_says_so(browser: httpx.AsyncClient) -> None:
    assert "还没有信件" in await page(browser, "/notify/messages")
    assert (await browser.get("/notify")).headers["location"] == "/notify/messages"
    assert (await browser.get("/notify/api/summary")).json() == dict.fromkeys(STATES, 0)


async def test_letters_are_filtered_and_paged_by_the_database(world: World, browser: httpx.AsyncClient) -> None:
    await letters(world, PAGE + 3)
    await until(lambda: world.are("failed", *["handed_over"] * (PAGE + 2)))
    first, second = await page(browser, "/notify/messages"), await page(browser, "/notify/messages?page=2")
    assert (len(subjects(first)), len(subjects(second))) == (PAGE, 3)
    assert "第 1 / 2 页" in first
    whole, one = [await taken_away(browser, f"/notify/messages.xlsx{asked}") for asked in ("", "?state=failed")]
    assert (len(whole), len(one)) == (1 + PAGE + 3, 1 + 1)  # with the heads
    assert (one[1][7], one[1][8]) == ("发送失败", 1)
    upwards = subjects(await page(browser, "/notify/messages?sort=subject"))
    assert upwards == subjects(await page(browser, "/notify/messages?sort=subject&page=0"))
    assert upwards[0] == (await taken_away(browser, "/notify/messages.xlsx?sort=subject"))[1][0]
    downwards = await page(browser, "/notify/messages?sort=-subject&page=2")
    assert subjects(downwards) == upwards[2::-1]
    assert 'aria-sort="descending"' in downwards
    assert len(subjects(await page(browser, "/notify/messages?page=99"))) == 3
    failed = await page(browser, "/notify/messages?state=failed")
    assert len(subjects(failed)) == 1
    assert len(subjects(await page(browser, "/notify/messages?carrier=c7"))) == 1
    assert len(subjects(await page(browser, "/notify/messages?carrier=o7"))) == 1
    assert len(subjects(await page(browser, "/notify/messages?text=O7@Example.CN"))) == 1
    assert len(subjects(await page(browser, "/notify/messages?text=样例 7）"))) == 1
    assert "没有符合条件的记录" in await page(browser, "/notify/messages?text=%25")
    assert len(subjects(await page(browser, "/notify/messages?letter=subsidy-computed&state=handed_over"))) == PAGE
    assert "没有符合条件的记录" in await page(browser, "/notify/messages?letter=subsidy-paid")
    assert (await browser.get("/notify/api/summary")).json() == {
        **dict.fromkeys(STATES, 0), "failed": 1, "handed_over": PAGE + 2,
    }  # fmt: skip
    assert f'已交付 <span class="num">{PAGE + 2} 封' in first


async def test_a_letters_page_shows_what_it_says_where_it_went_and_what_the_server_answered(
    world: World, browser: httpx.AsyncClient
) -> None:
    await world.publish(contact(name="<b>张三</b>"))
    await until(world.heard)
    await world.publish(example(SubsidyComputed), "e1", story="2018/Z12 #1")
    await until(lambda: world.are("failed"))
    (row,) = await world.rows()
    html = await page(browser, f"/notify/messages/{row.id}")
    for said in (
        row.subject,
        row.message_id_header.strip("<>"),
        "发送失败",
        "no &lt;such&gt; mailbox",
        "u-z12@example.cn",
    ):
        assert said in html
    assert "&lt;b&gt;张三&lt;/b&gt;" in html
    assert MAY_ARRIVE_TWICE in html
    assert 'href="/incubator/chain/2018%2FZ12%20%231"' in html
    assert f'<iframe class="letter" sandbox src="/notify/messages/{row.id}/letter"' in html
    alone = await browser.get(f"/notify/messages/{row.id}/letter")
    assert alone.text == row.html
    assert "default-src 'none'" in alone.headers["content-security-policy"]
    assert "sandbox" in alone.headers["content-security-policy"]
    assert "没有编号为 nobody 的信件" in await page(browser, "/notify/messages/nobody", 404)


async def test_a_preview_of_an_event_that_names_no_receiver_says_what_is_missing(browser: httpx.AsyncClient) -> None:
    nobody = example(TalentGrantComputed, matter={**MATTER, "org_id": None, "person_id": None})
    for path in ("", "/letter"):
        answer = await browser.post(
            f"/notify/letters/talent-grant-computed/preview{path}", data={"event": nobody.model_dump_json()}
        )
        assert answer.status_code == 422
        assert "没有写明收信人（受资助人、收款单位）" in answer.text
        assert "补上收信人" in answer.text


async def test_who_released_a_letter_and_why_is_on_its_page(world: World, browser: httpx.AsyncClient) -> None:
    await world.publish(contact())
    await until(world.heard)
    await world.publish(example(CarrierWithdrawn))
    await until(lambda: world.are("held"))
    (row,) = await world.rows()
    async with world.unit("clerk-7") as unit:
        await release(unit, [row.id], "文件已印发")
    html = await page(browser, f"/notify/messages/{row.id}")
    for said in ("放行", "clerk-7", "文件已印发"):
        assert said in html


async def test_programs_ask_for_the_letters_of_an_event_or_of_a_story(world: World, browser: httpx.AsyncClient) -> None:
    await world.publish(example(EvaluationFinalised), "e1", story="s1")
    await world.publish(example(SubsidyComputed), "e2", story="s1")
    await world.publish(example(SubsidyComputed, carrier=carrier(2)), "e3", story="s2")
    await until(lambda: world.are(*["no_address"] * 3))
    one = (await browser.get("/notify/api/messages", params={"cause": "e2"})).json()
    assert [(each["cause_event_id"], each["letter"], each["state"], each["state_name"]) for each in one] == [
        ("e2", "subsidy-computed", "no_address", "无地址")
    ]
    assert not {"text", "html", "to_address", "to_name"} & set(one[0])
    story = (await browser.get("/notify/api/messages", params={"correlation": "s1"})).json()
    assert sorted(each["cause_event_id"] for each in story) == ["e1", "e2"]
    both = (await browser.get("/notify/api/messages", params={"correlation": "s1", "cause": "e3"})).json()
    assert both == []
    described = set((await browser.get("/openapi.json")).json()["paths"])
    asked = {"messages", "summary", "release-letters", "release-all", "resend-letter"}
    assert {path for path in described if path.startswith("/notify")} == {f"/notify/api/{name}" for name in asked}
    refused = await browser.get("/notify/api/messages")
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing-asked")


async def test_every_kind_of_letter_can_be_looked_at_before_it_is_ever_sent(
    world: World, browser: httpx.AsyncClient
) -> None:
    await world.publish(example(SubsidyComputed))
    await until(lambda: world.are("no_address"))
    html = await page(browser, "/notify/letters")
    for kind in KINDS:
        assert kind.title in html
        preview = await page(browser, f"/notify/letters/{kind.name}")
        assert OFFICES[kind.event.owner()] in preview
        alone = await browser.get(f"/notify/letters/{kind.name}/letter")
        assert OFFICES[kind.event.owner()] in alone.text
        assert "sandbox" in alone.headers["content-security-policy"]
    assert html.count("须经放行</span>") == sum(kind.waits for kind in KINDS)
    assert 'href="/notify/messages?letter=subsidy-computed&amp;state=no_address">无地址 1</a>' in html
    assert "没有“poem”这类信件" in await page(browser, "/notify/letters/poem", 404)


async def test_the_kinds_of_letter_are_sorted_filtered_and_taken_away(world: World, browser: httpx.AsyncClient) -> None:
    await world.publish(example(SubsidyComputed))
    await until(lambda: world.are("no_address"))
    busiest = (await page(browser, "/notify/letters?sort=-letters")).partition("<tbody>")[2]
    assert busiest.index("/notify/letters/subsidy-computed") < busiest.index("</tr>")
    waiting = await page(browser, "/notify/letters?goes=1&text=subsidy")
    assert waiting.count("须经放行</span>") == sum(each.waits and "subsidy" in each.name for each in KINDS) > 0
    heads, first, *others = await taken_away(browser, "/notify/letters.xlsx?sort=-letters")
    assert heads == ("种类", "代号", "起因", "条件", "写给", "发出", "各状态", "合计")
    assert (first[1], first[6], first[7]) == ("subsidy-computed", "无地址 1", 1)
    assert {row[1] for row in (first, *others)} == {each.name for each in KINDS}


async def test_a_kind_that_is_no_longer_written_is_still_shown(world: World, browser: httpx.AsyncClient) -> None:
    await world.publish(example(SubsidyComputed))
    await until(lambda: world.are("no_address"))
    async with transaction(world.database) as connection:
        await connection.execute(update(MESSAGE).values(letter="talent-award"))
    assert "talent-award" in await page(browser, "/notify/messages")
    (row,) = await world.rows()
    assert "talent-award" in await page(browser, f"/notify/messages/{row.id}")
    await world.publish(contact())
    await until(lambda: world.are("held"))  # a kind nobody knows waits for a person


async def test_the_desk_says_when_there_is_no_mail_server(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> None:
    async with at_work(database, nats_server.url, tmp_path, None, nothing) as world:
        app = make_app("苗圃", [world.running], now=now, identity=no_accounts(), asks=anybody)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
            assert "还没有配置邮件服务器" in await page(browser, "/notify/messages")


async def test_who_objected_is_read_from_letters_by_who_decides_and_by_the_auditor_alone(world: World) -> None:
    known = {"recipient_id": "o7", "org_id": "o7", "role": "unit", "name": "某", "email": "secret-objector@example.cn"}
    await world.publish(TalentContactChanged.model_validate(known))
    await world.publish(example(TalentObjectionFiled, objector_id="o7"))
    await world.publish(contact("o8", email="plain-unit@example.cn"))
    await world.publish(example(CarrierWithdrawn, carrier=carrier(8)))
    await until(world.heard)
    (secret,) = [row.id for row in await world.rows() if row.letter == "talent-objection-received"]
    for role, sees in ((Role.FINANCE, False), (Role.ADMINISTRATOR, False), (Role.CLERK, True), (Role.AUDITOR, True)):

        async def asks(_: Request, role: Role = role) -> Who:
            return Who(f"{role.value}-1", "测试", (Grant(role),), session="s", program=True)

        app = make_app("苗圃", [world.running], now=now, identity=no_accounts(), asks=asks)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
            for path in ("/notify/messages", "/notify/messages?text=secret-objector"):
                assert (secret in await page(browser, path)) is sees, (role, path)
            held = [secret in row for row in await taken_away(browser, "/notify/messages.xlsx")]
            assert any(held) is sees
            for path in (f"/notify/messages/{secret}", f"/notify/messages/{secret}/letter"):
                await page(browser, path, 200 if sees else 404)
            assert secret not in await page(browser, "/search?text=异议")
