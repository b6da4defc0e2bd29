"""Hostile input to the pages of a report: a clear word in Chinese, nothing half written, and never an error of ours."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.usecases.drafts import MOST_CHARACTERS
from shared.evidence import store as stores
from shared.evidence.store import store_of
from shared.evidence.web import MOST_FILES, MOST_OF_REQUEST
from shared.webkit.lengths import MOST
from tests.integration.draft_hands import TYPED, WARNING, look
from tests.integration.little_city import City, Page, little_city
from tests.integration.report_visitors import OPERATOR, REPORT, chosen, form, handed_in, visiting
from tests.unit.evidence.samples import TYPES_OF, docx, pdf, png, types, xlsx, zipped

BOMB = zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": bytes(30_000_000)})
FORM = {"content-type": "application/x-www-form-urlencoded"}


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


async def untouched(city: City, **typed: str) -> None:
    """No file anywhere, and of the draft what was saved."""
    async with city.running.look() as connection:
        assert (await connection.execute(select(func.count()).select_from(EVIDENCE.evidence))).scalar_one() == 0
    store = store_of(city.running.settings, "incubator")
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []
    assert (await look(city)).filled.typed == typed


def macros() -> bytes:
    main = f"{TYPES_OF}.spreadsheetml.sheet.main+xml"
    kind = types(main, "application/vnd.ms-office.vbaProject")
    return zipped({"[Content_Types].xml": kind, "xl/workbook.xml": "<workbook/>", "xl/vbaProject.bin": b"\xcc"})


WRONG = {
    "markup in the name": ('<img src=x onerror="alert(1)">.pdf', b"words", "不收这种文件"),
    "a program": ("报告.pdf", b"MZ\x90\0" + bytes(200), "不收"),
    "a page": (
        "报告.pdf",
        b"<html><script>alert(1)</script></html>",
        "文件名写的是 PDF，内容不是，请打开核对；不收这种文件",
    ),
    "another kind than its name says": ("报告.pdf", png(), "扩展名与内容不符"),
    "a zip bomb": ("报告.xlsx", BOMB, "文件展开后过大"),
    "a bomb as a document": ("报告.docx", docx(bomb=bytes(50_000_000)), "文件展开后过大"),
    "macros": ("表.xlsm", macros(), "文件里有宏"),
    "macros under a plain name": ("表.xlsx", macros(), "文件里有宏"),
    "an archive": ("全部.zip", zipped({"a.pdf": pdf()}), "不收压缩包"),
    "nothing in it": ("空.pdf", b"", "文件是空的"),
    "two in one": ("报告.pdf", pdf() + zipped({"a": "b"}), "文件不完整"),
    "half of one": ("报告.xlsx", xlsx()[:-300], "文件不完整"),
    "scripts": ("报告.pdf", pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "PDF 里有脚本"),
}


async def test_a_file_that_is_not_what_it_should_be_is_refused_and_told(city: City, browser: httpx.AsyncClient) -> None:
    for what, (name, content, told) in WRONG.items():
        files = chosen((name, content), ("好.pdf", pdf()))
        page = Page(await browser.post(REPORT, data={"typed:seats": "9", "based_on": "0"}, files=files))
        assert page.status == 422, what
        assert told in page.text, what
        assert "<img src=x" not in page.html
        assert 'role="alert"' in page.html
        await untouched(city, seats="9")


NAMES = {
    "../../../etc/passwd": "passwd.pdf",
    "C:\\Windows\\system32\\a.pdf": "a.pdf",
    "<script>alert(1)</script>.pdf": "script_.pdf",
    "年\u202efdp.exe.pdf": "年fdp.exe.pdf",
    "con.pdf": "_con.pdf",
    "长" * 300 + ".pdf": "长" * 78 + ".pdf",
}


async def test_a_name_is_made_safe_and_leads_nowhere(city: City, browser: httpx.AsyncClient) -> None:
    for number, sent in enumerate(NAMES):
        files = chosen((sent, pdf(b"(%d)" % number)))
        answer = await browser.post(REPORT, data={"based_on": "0"}, files=files)
        assert answer.status_code == 303, answer.text
    page = (await browser.get(REPORT)).text
    for shown in NAMES.values():
        assert f">{shown}</a>" in page
    assert "<script>alert" not in page
    store = store_of(city.running.settings, "incubator")
    assert sorted(path.name for path in store.folder.rglob("*") if path.is_file()) == sorted(store.contents())


async def test_a_file_that_is_too_large_is_read_no_further_than_its_limit(
    city: City, browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "MOST_BYTES", 100_000)
    answer = await browser.post(
        REPORT, data={"typed:seats": "9", "based_on": "0"}, files=chosen(("大.pdf", pdf(bytes(200_000))))
    )
    assert answer.status_code == 413
    assert "文件超过 20 MB；请压缩图片" in answer.text
    assert 'value="9"' in answer.text
    await untouched(city, seats="9")
    many = chosen(*((f"{n}.pdf", pdf(b"(%d)" % n)) for n in range(MOST_FILES + 1)))
    too_many = await browser.post(REPORT, data={"based_on": "1"}, files=many)
    assert too_many.status_code == 413
    assert "一次至多选 10 个文件" in too_many.text
    await untouched(city, seats="9")


class Endless:
    """A body that never ends, and how much of it was asked for."""

    def __init__(self) -> None:
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            self.given += 65536
            yield b"x" * 65536


async def test_a_request_that_is_too_long_is_refused_before_it_is_read(city: City, browser: httpx.AsyncClient) -> None:
    limits = {REPORT: MOST_OF_REQUEST, f"{REPORT}/versions/1": MOST, "/incubator/api/save-draft": MOST, "/login": MOST}
    for path, most in limits.items():
        body = Endless()
        said = FORM | {"content-length": str(most + 1)}
        answer = await browser.post(path, content=body.__aiter__(), headers=said)
        assert answer.status_code == 413, path
        assert f"超过 {most // 1024 // 1024} MB，没有接收" in answer.text
        assert body.given == 0
    await untouched(city)


async def test_a_request_that_does_not_say_how_long_it_is_is_read_to_the_limit(
    city: City, browser: httpx.AsyncClient
) -> None:
    del browser.headers["x-form-token"]  # so that the form has to be read for it
    body = Endless()
    answer = await browser.post(f"{REPORT}/versions/1", content=body.__aiter__(), headers=FORM)
    assert 400 <= answer.status_code < 500
    assert "“后退”" in answer.text
    assert body.given <= MOST + 2 * 65536
    await untouched(city)


def spreadsheet_bomb() -> bytes:
    """Small as a file; a sheet of 60 MB."""
    made = io.BytesIO()
    with ZipFile(io.BytesIO(xlsx())) as good, ZipFile(made, "w", ZIP_DEFLATED) as bad:
        for name in good.namelist():
            more = b" " * 60_000_000 if name == "xl/worksheets/sheet1.xml" else b""
            bad.writestr(name, good.read(name) + more)
    return made.getvalue()


async def test_a_workbook_that_is_none_of_ours_changes_nothing(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(REPORT, data={"typed:seats": "9", "based_on": "0"})
    wrong = (
        (spreadsheet_bomb(), 422, "文件解压后过大"),
        (BOMB, 422, "文件解压后过大"),
        (b"", 422, "打不开文件"),
        (pdf(), 422, "打不开文件"),
        (xlsx(), 422, "缺少工作表"),
        (bytes(5_000_001), 413, "文件超过 5 MB"),
    )
    for content, status, told in wrong:
        answer = await browser.post(f"{REPORT}/workbook", files={"file": ("<b>.xlsx", content, "text/html")})
        assert answer.status_code == status, told
        assert told in answer.text
    await untouched(city, seats="9")


async def test_a_text_that_is_too_long_is_told_at_its_field_and_stays_on_the_page(
    city: City, browser: httpx.AsyncClient
) -> None:
    long = "长" * (MOST_CHARACTERS + 1)
    for name in ("typed:seats", "typed:tax", f"explained:{WARNING}"):
        sent = form(0) | {name: long}
        answer = await browser.post(REPORT, data=sent)
        page = Page(answer)
        assert page.status == 413, name
        assert f"有 {MOST_CHARACTERS + 1} 字，至多 {MOST_CHARACTERS} 字" in page.text
        assert "没有保存：有 1 处存不下来" in page.text
        assert long in page.html or name.startswith("explained:")
        assert 'value="240,000.00"' in page.html or name == "typed:tax"
        assert page.html.count('name="based_on" value="0"') == 1
    await untouched(city)
    all_long = Page(await browser.post(REPORT, data=form(0) | {f"typed:{each}": long for each in TYPED}))
    assert f"有 {len(TYPED)} 处存不下来" in all_long.text
    await untouched(city)
    whole = form(0) | {f"typed:{each}": "9" * MOST_CHARACTERS for each in TYPED}
    assert (await browser.post(REPORT, data=whole)).status_code == 303  # all of them long, and kept
    monster = await browser.post(REPORT, data=form(1) | {f"typed:x{n}": "9" * 4000 for n in range(60)})
    assert monster.status_code == 413
    assert "项目太多或太长，没有保存" in monster.text
    huge = await browser.post(REPORT, data={"typed:seats": "9" * 1_500_000, "based_on": "1"})
    assert huge.status_code in {400, 413}
    assert "一项太长" in huge.text or "项目太多或太长" in huge.text


GARBLED = {
    "gbk in a form": (FORM, b"based_on=0&explained%3Ajump%3Aseats=" + "属实，合并统计".encode("gbk")),
    "gbk, escaped": (FORM, b"based_on=0&explained%3Ajump%3Aseats=%CA%F4%CA%B5"),
    "gbk in parts": (
        {"content-type": "multipart/form-data; boundary=b"},
        b'--b\r\nContent-Disposition: form-data; name="explained:jump:seats"\r\n\r\n'
        + "属实，合并统计".encode("gbk")
        + b"\r\n--b--\r\n",
    ),
    "nul": (FORM, b"based_on=0&explained%3Ajump%3Aseats=a%00b"),
    "half a character": (
        {"content-type": "multipart/form-data; boundary=b; charset=utf-7"},
        b'--b\r\nContent-Disposition: form-data; name="typed:seats"\r\n\r\n+2AA-\r\n--b--\r\n',
    ),
}


async def test_text_in_a_wrong_encoding_is_told_and_not_kept(city: City, browser: httpx.AsyncClient) -> None:
    for what, (headers, body) in GARBLED.items():
        page = Page(await browser.post(REPORT, content=body, headers=headers))
        assert page.status == 422, what
        assert "工位总数" in page.text
        told = "看不见的控制字符；请删去后重新键入" if what == "nul" else "文字的编码不对，成了乱码；请重新键入"
        assert told in page.text
    await untouched(city)


async def test_a_figure_is_kept_as_it_was_typed_whatever_it_is(city: City, browser: httpx.AsyncClient) -> None:
    sent = {"typed:seats": "6\x002", "typed:tax": "=cmd|'/c calc'!A1", "typed:mentors": "<svg/onload=alert(1)>"}
    assert (await browser.post(REPORT, data=sent | {"based_on": "0"})).status_code == 303
    page = await browser.get(REPORT)
    assert "<svg/onload" not in page.text
    assert page.text.count('aria-invalid="true"') == 3
    book = await browser.get(f"{REPORT}/workbook")
    assert book.status_code == 200
    early = await handed_in(browser, 1)
    assert early.status_code == 303  # the whole form came with it, and every box is right


STRANGE: tuple[dict[str, str], ...] = (
    {"based_on": "-1"},
    {"based_on": "99999999999999999999999999"},
    {"based_on": "１"},
    {"based_on": "x"},
    {"do": "remove:"},
    {"do": "remove:\0:\0"},
    {"do": "remove:" + "a" * 32 + ":\0"},
    {"do": "remove:" + "a" * 32 + ":" + "x" * 1000},
    {"do": "submit", "committed": "yes", "signed_by": "\0"},
    {"do": "submit", "committed": "yes", "signed_by": "名" * 5000},
    {"do": "nonsense"},
    {"typed:": "x", "typed:" + "y" * 5000: "z"},
    {"typed:a\0": "x"},
)


async def test_a_form_that_no_page_of_ours_makes_is_no_error_of_ours(city: City, browser: httpx.AsyncClient) -> None:
    for sent in STRANGE:
        answer = await browser.post(REPORT, data=sent)
        assert answer.status_code == 303 or 400 <= answer.status_code < 500, sent
    for path in (
        f"{REPORT}%00",
        f"{REPORT}/receipts/99999999999999999999",
        "/incubator/evidence/%00",
        f"{REPORT}?a=%00",
    ):
        assert (await browser.get(path)).status_code == 404, path
    assert (await look(city)).state == "due"
