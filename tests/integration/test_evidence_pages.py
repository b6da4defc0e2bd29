"""A page that takes files and hands them out: everything wrong told at once, and a download that runs nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response

from shared.evidence.files import Opened
from shared.evidence.kinds import KINDS
from shared.evidence.store import Store
from shared.evidence.web import MOST_FILES, MOST_OF_REQUEST, served, taken
from shared.webkit.errors import handle_errors
from shared.webkit.guards import Guards
from tests.integration.small_service import browser
from tests.unit.evidence.samples import pdf, png, zipped

Files = list[tuple[str, tuple[str, bytes, str]]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "evidence", checks=False)


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    handle_errors(app)
    app.add_middleware(Guards)

    @app.post("/api/files", max_body_size=2 * MOST_OF_REQUEST)
    async def take(request: Request) -> list[str]:
        async with taken(request, "evidence", store) as files:
            for each in files:
                store.put(each)
            return [f"{each.name} {each.kind.title} {each.sha256}" for each in files]

    @app.get("/files/{sha256}")
    async def give(sha256: str) -> Response:
        return served(Opened(store.path_of(sha256), "科技“企业” 报告.pdf", KINDS["pdf"]))

    async with browser(app) as client:
        yield client


def sent(*files: tuple[str, bytes]) -> Files:
    return [("evidence", (name, content, "text/html")) for name, content in files]  # what it says it is counts nothing


async def test_files_of_a_form_are_taken_and_given_as_downloads(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/files", files=sent(("年报.pdf", pdf()), ("图", png())), data={"note": "x"})
    assert answer.status_code == 200
    first, second = answer.json()
    assert first.startswith("年报.pdf PDF ")
    assert second.startswith("图.png PNG ")
    given = await client.get(f"/files/{first.rpartition(' ')[2]}")
    assert given.content == pdf()
    assert given.headers["content-type"] == "application/pdf"
    assert given.headers["content-disposition"] == (
        "attachment; filename*=utf-8''%E7%A7%91%E6%8A%80%E2%80%9C%E4%BC%81%E4%B8%9A%E2%80%9D%20%E6%8A%A5%E5%91%8A.pdf"
    )
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert given.headers["cache-control"] == "private, no-store"


async def test_everything_wrong_with_the_files_is_told_at_once_and_none_is_taken(
    client: httpx.AsyncClient, store: Store
) -> None:
    wrong = sent(("好.pdf", pdf()), ("包.zip", zipped({"a": "b"})), ("空\u202e.pdf", b""))
    answer = await client.post("/api/files", files=wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence-refused")
    assert answer.json()["message"] == (
        "“包.zip”：不收压缩包；请解压后逐个上传\n“空.pdf”：文件是空的；请核对后重新上传"
    )
    assert list(store.contents()) == []
    one = await client.post("/api/files", files=sent(("空.pdf", b"")))
    assert one.json()["code"] == "evidence-empty"
    assert [path for path in store.folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "files", [sent(("", b"")), [("other", ("a.pdf", pdf(), "application/pdf"))], [("evidence", (None, b"words", ""))]]
)
async def test_a_form_without_a_file_says_so(client: httpx.AsyncClient, files: Files) -> None:
    answer = await client.post("/api/files", files=files)
    assert (answer.status_code, answer.json()["code"]) == (422, "evidence-missing")


async def test_a_form_that_is_too_long_is_refused_before_it_is_read(client: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"x"

    form = {"content-type": "multipart/form-data; boundary=b"}
    long = await client.post(
        "/api/files", content=endless(), headers={**form, "content-length": str(MOST_OF_REQUEST + 1)}
    )
    assert (long.status_code, long.json()["code"]) == (413, "evidence-too-many")
    unknown = await client.post("/api/files", content=endless(), headers=form)
    assert (unknown.status_code, unknown.json()["code"]) == (411, "evidence-length-unknown")
    assert read == 0


async def test_too_many_files_are_refused(client: httpx.AsyncClient) -> None:
    many = sent(*((f"{n}.pdf", pdf()) for n in range(MOST_FILES + 1)))
    answer = await client.post("/api/files", files=many)
    assert 400 <= answer.status_code < 500
