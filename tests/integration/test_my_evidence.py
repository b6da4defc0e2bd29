"""Files of a report, from its page without a script: attached with what was typed, taken away, kept once handed in."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import attachments
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.review_tables import EXPERT, REVIEW, REVIEW_DRAW
from services.incubator.store.tables import AUDIT
from services.incubator.usecases import attachments as attaching
from services.incubator.usecases import reports
from services.incubator.usecases.attachments import DetachFile
from shared.core.errors import DomainError
from shared.evidence.checks import note_verdict
from shared.evidence.clamd import Verdict
from shared.evidence.files import erase_gone
from shared.evidence.store import store_of
from shared.identity.roles import Role
from shared.identity.who import Grant
from tests.integration.draft_hands import Z1, look, submit, whole
from tests.integration.evidence_city import sha256
from tests.integration.little_city import ROUND, City, little_city
from tests.integration.report_visitors import DISTRICT, OPERATOR, REPORT, chosen, form, handed_in, visiting
from tests.unit.evidence.samples import pdf, png

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(city, OPERATOR) as browser:
        yield browser


async def attached(city: City) -> Sequence[RowMapping]:
    async with city.running.look() as connection:
        return await attachments.attached(connection, Z1)


def on_disk(city: City) -> list[str]:
    return sorted(store_of(city.running.settings, "incubator").contents())


async def erased(city: City) -> None:
    store = store_of(city.running.settings, "incubator")
    await city.do(lambda unit, _: erase_gone(unit, EVIDENCE, store), None)


async def test_files_are_attached_at_their_place_and_what_was_typed_is_saved_with_them(
    city: City, browser: httpx.AsyncClient
) -> None:
    files = chosen(("名单.pdf", pdf()), ("照片.png", png()), place="mentors") + chosen(("总的.pdf", pdf()))
    sent = await browser.post(REPORT, data={"typed:seats": "62", "based_on": "0", "do": "attach"}, files=files)
    assert (sent.status_code, sent.headers["location"]) == (303, f"{REPORT}?saved=files")
    assert (await look(city)).filled.typed == {"seats": "62"}
    rows = await attached(city)
    assert {(row["place"], row["name"]) for row in rows} == {
        ("mentors", "名单.pdf"), ("mentors", "照片.png"), ("", "总的.pdf"),
    }  # fmt: skip  # one content is one file, wherever it stands
    page = (await browser.get(sent.headers["location"])).text
    assert "附件已收下" in page
    assert "附件（2）" in page
    assert "PNG" in page
    assert "未查毒" in page
    assert "operator-1" in page
    again = await browser.post(REPORT, data={"based_on": "1", "do": "attach"}, files=files)
    assert again.status_code == 303
    assert len(await attached(city)) == 3  # sent twice


@pytest.mark.parametrize("button", ["save", "submit"])
async def test_a_chosen_file_is_taken_whichever_button_was_pressed(
    city: City, browser: httpx.AsyncClient, button: str
) -> None:
    sent = form(0, do=button, signed_by="王某", committed="yes")
    answer = await browser.post(REPORT, data=sent, files=chosen(("证明.pdf", pdf())))
    assert answer.status_code == 303, answer.text
    assert [row["name"] for row in await attached(city)] == ["证明.pdf"]


async def test_a_script_that_saves_sends_no_files_and_none_would_be_taken(
    city: City, browser: httpx.AsyncClient
) -> None:
    headers = {"accept": "application/json"}
    answer = await browser.post(
        REPORT, data={"typed:seats": "62", "based_on": "0"}, files=chosen(("a.pdf", pdf())), headers=headers
    )
    assert answer.json()["version"] == 1
    assert await attached(city) == []


async def test_what_is_refused_is_told_by_name_and_nothing_typed_is_lost(
    city: City, browser: httpx.AsyncClient
) -> None:
    files = chosen(("好.pdf", pdf()), ("<b>坏</b>.pdf", b"MZ" + bytes(100)))
    answer = await browser.post(REPORT, data={"typed:seats": "62", "based_on": "0", "do": "attach"}, files=files)
    assert answer.status_code == 422
    assert "“&lt;b&gt;坏&lt;/b&gt;.pdf”：" in answer.text
    assert 'value="62"' in answer.text
    assert (await look(city)).filled.typed == {"seats": "62"}
    assert await attached(city) == []
    assert on_disk(city) == []
    unknown = await browser.post(REPORT, data={"based_on": "1"}, files=chosen(("a.pdf", pdf()), place="nonsense"))
    assert unknown.status_code == 422
    assert "没有“nonsense”一项" in unknown.text
    assert await attached(city) == []


async def test_a_file_is_taken_away_and_its_content_with_it_until_it_was_handed_in(
    city: City, browser: httpx.AsyncClient
) -> None:
    await browser.post(REPORT, data={"based_on": "0"}, files=chosen(("a.pdf", pdf()), ("b.png", png()), place="tax"))
    first, second = await attached(city)
    pressed = {"based_on": "0", "typed:seats": "9", "do": f"remove:{first['id']}:tax"}
    for _ in range(2):  # a second press does no harm
        gone = await browser.post(REPORT, data=pressed)
        assert gone.headers["location"] == f"{REPORT}?saved=removed"
    assert [row["id"] for row in await attached(city)] == [second["id"]]
    assert (await look(city)).filled.typed == {"seats": "9"}
    await erased(city)
    assert on_disk(city) == [sha256(png())]

    done = await handed_in(browser, (await look(city)).version)
    assert done.status_code == 303, done.text
    receipt = (await browser.get(done.headers["location"])).text
    assert "b.png" in receipt
    late = await browser.post(REPORT, data=pressed | {"do": f"remove:{second['id']}:tax"})
    assert late.status_code == 409
    assert "附件没有改动" in late.text
    await city.do(
        reports.return_report,
        reports.ReturnReport(report_id=Z1, reasons={"tax": "请补证明"}, deadline=date(2018, 11, 28)),
    )
    taken = await browser.post(REPORT, data=form((await look(city)).version, do=f"remove:{second['id']}:tax"))
    assert taken.status_code == 303
    assert await attached(city) == []
    await erased(city)
    assert on_disk(city) == [sha256(png())]  # the first hand-in had it
    async with city.running.look() as connection:
        (kept,) = await attachments.handed_in(connection, Z1)
        entries = (
            await connection.execute(select(AUDIT.entry).where(AUDIT.entry.c.act == "report:submitted-files"))
        ).all()
    assert (kept["version"], kept["name"], kept["sha256"], kept["place"]) == (1, "b.png", sha256(png()), "tax")
    assert len(entries) == 1
    assert (await browser.get(f"/incubator/evidence/{kept['id']}")).content == png()


async def test_after_the_last_day_no_file_is_taken_and_what_is_typed_is_kept(
    city: City, browser: httpx.AsyncClient
) -> None:
    city.at(date(2018, 12, 3))
    late = await browser.post(REPORT, data={"typed:seats": "9", "based_on": "0"}, files=chosen(("a.pdf", pdf())))
    assert late.status_code == 409
    assert "截止" in late.text
    assert 'type="file"' not in late.text
    assert (await look(city)).filled.typed == {"seats": "9"}
    assert await attached(city) == []


async def test_an_infected_file_keeps_the_report_from_being_handed_in(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(REPORT, data=form(0), files=chosen(("病.pdf", pdf())))
    await city.do(lambda unit, _: note_verdict(unit, EVIDENCE, sha256(pdf()), Verdict("Eicar-Test")), None)
    refused = await handed_in(browser, 1)
    assert refused.status_code == 422
    assert "“病.pdf”查出病毒" in refused.text
    assert "有病毒，已删除" in refused.text
    assert "Eicar-Test" in refused.text
    assert (await look(city)).state == "due"
    (row,) = await attached(city)
    assert (await browser.get(f"/incubator/evidence/{row['id']}")).status_code == 410
    await browser.post(REPORT, data=form(1, do=f"remove:{row['id']}:"))
    assert (await handed_in(browser, 1)).status_code == 303


async def reviewed_by(city: City, account: str, state: str) -> None:
    draw = {"id": "d1", "round_id": ROUND, "seed": "s", "rules": {}, "made_from": {}, "added": [], "by": "x"}
    review = {"id": "r1", "draw_id": "d1", "round_id": ROUND, "report_id": Z1, "expert_id": "X1", "state": state}
    async with city.running.unit("office") as unit:
        await unit.connection.execute(
            insert(EXPERT).values(id="X1", account=account, name="专家", employer="大学", fields=[])
        )
        await unit.connection.execute(insert(REVIEW_DRAW).values(**draw, why="", at=unit.now))
        await unit.connection.execute(insert(REVIEW).values(**review, reason="", invited_at=unit.now))


OTHERS: list[tuple[Grant, str, bool]] = [
    (Grant(Role.OPERATOR, "U2"), "operator-2", False),
    (Grant(Role.OPERATOR, ""), "operator-3", False),
    (DISTRICT, "district-1", True),
    (Grant(Role.DISTRICT, "中山区"), "district-2", False),
    (Grant(Role.DISTRICT, ""), "district-3", False),
    (Grant(Role.EXPERT), "expert-1", True),
    (Grant(Role.EXPERT), "expert-2", False),
    (Grant(Role.CLERK), "clerk-1", True),
    (Grant(Role.AUDITOR), "auditor-1", True),
]


async def test_a_file_is_had_by_who_has_to_do_with_the_report_and_is_nothing_to_others(
    city: City, browser: httpx.AsyncClient
) -> None:
    await reviewed_by(city, "expert-1", "accepted")
    await browser.post(REPORT, data=form(0), files=chosen(("../../年报 <1>.pdf", pdf())))
    (row,) = await attached(city)
    address = f"/incubator/evidence/{row['id']}"
    for grant, account, _ in OTHERS:
        async with visiting(city, grant, account=account) as other:
            early = (await other.get(address)).status_code
            assert early == (200 if grant.role in {Role.CLERK, Role.AUDITOR} else 404), (grant, early)
    await handed_in(browser, 1)
    for grant, account, may in OTHERS:
        async with visiting(city, grant, account=account) as other:
            assert (await other.get(address)).status_code == (200 if may else 404), grant
    given = await browser.get(address)
    assert given.content == pdf()
    assert given.headers["content-disposition"].startswith("attachment; filename*=utf-8''%E5%B9%B4%E6%8A%A5%20_1_.pdf")
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"].startswith("default-src 'none'")
    assert (await browser.get("/incubator/evidence/none")).status_code == 404


@pytest.mark.parametrize("state", ["invited", "conflict", "released"])
async def test_an_expert_who_has_not_taken_the_review_on_has_no_files(
    city: City, browser: httpx.AsyncClient, state: str
) -> None:
    await reviewed_by(city, "expert-1", state)
    await browser.post(REPORT, data=form(0), files=chosen(("a.pdf", pdf())))
    await handed_in(browser, 1)
    (row,) = await attached(city)
    async with visiting(city, Grant(Role.EXPERT), account="expert-1") as expert:
        assert (await expert.get(f"/incubator/evidence/{row['id']}")).status_code == 404


async def test_a_file_of_something_else_is_not_handed_out_here(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(REPORT, data={"based_on": "0"}, files=chosen(("a.pdf", pdf())))
    (row,) = await attached(city)
    async with city.running.unit("office") as unit:
        change = update(EVIDENCE.evidence).values(owner_kind="objection")
        await unit.connection.execute(change)
    async with visiting(city, Grant(Role.CLERK), OPERATOR, account="clerk-1") as clerk:
        assert (await clerk.get(f"/incubator/evidence/{row['id']}")).status_code == 404


async def test_a_file_of_another_report_is_not_taken_away(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(REPORT, data={"based_on": "0"}, files=chosen(("a.pdf", pdf())))
    (row,) = await attached(city)
    other = Z1.replace("Z1", "Z2")
    await city.do(attaching.detach_file, DetachFile(other, "", row["id"]), "operator-2")
    assert [each["id"] for each in await attached(city)] == [row["id"]]
    async with visiting(city, Grant(Role.OPERATOR, "U2"), account="operator-2") as stranger:
        answer = await stranger.post(REPORT, data={"based_on": "0"}, files=chosen(("x.png", png())))
        assert answer.status_code == 404
    assert len(await attached(city)) == 1


async def test_a_report_has_so_many_files_and_no_more(
    city: City, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST_FILES", 2)
    three: list[Any] = chosen(*((f"{n}.pdf", pdf(b"(%d)" % n)) for n in range(3)))
    answer = await browser.post(REPORT, data={"based_on": "0"}, files=three)
    assert answer.status_code == 422
    assert "一份填报至多 2 个附件" in answer.text
    assert await attached(city) == []


async def test_files_of_a_hand_in_by_a_program_are_written_down_too(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(REPORT, data={"based_on": "0"}, files=chosen(("a.pdf", pdf())))
    saved = await whole(city)
    await submit(city, saved.version)
    async with city.running.look() as connection:
        assert [row["name"] for row in await attachments.handed_in(connection, Z1)] == ["a.pdf"]
    with pytest.raises(DomainError, match="附件没有改动"):
        await city.do(attaching.detach_file, DetachFile(Z1, "", "none"))
    assert re.search(r"<h2>附件和证明材料（共 1 个）</h2>", (await browser.get(REPORT)).text)
