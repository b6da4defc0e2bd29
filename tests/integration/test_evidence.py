"""Evidence on both databases and a real disk: taken, kept once, given out, taken back, and never lost on the way."""

import asyncio
import stat

import pytest

from shared.core.errors import DomainError
from shared.evidence import files
from shared.evidence import store as stores
from shared.evidence.files import add_file, files_of, remove_file, verify
from shared.evidence.states import DELETED, UNCHECKED, WAITING
from shared.evidence.store import store_of
from tests.integration.evidence_city import OTHER, REPORT, City, Refused, Sent, city, sha256
from tests.unit.evidence.samples import pdf, png

__all__ = ["city"]  # the fixture


async def test_a_file_is_kept_under_its_hash_where_only_we_may_read(city: City) -> None:
    before = city.running.now()
    id_ = await city.add(pdf(), name="C:\\证明材料.PDF")
    row = await city.row(id_)
    hash_ = sha256(pdf())
    assert (row["name"], row["kind"], row["bytes"], row["sha256"]) == ("证明材料.pdf", "pdf", len(pdf()), hash_)
    assert (row["owner_kind"], row["owner_id"], row["by"], row["state"]) == (*REPORT, "wang", WAITING)
    assert before <= row["at"] <= city.running.now()
    assert row["checked_at"] is None
    path = city.running.settings.data / "evidence" / "incubator" / hash_[:2] / hash_
    assert path.read_bytes() == pdf()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(city.store.folder.stat().st_mode) == 0o700
    assert city.on_disk() == [hash_]
    assert store_of(city.running.settings, "incubator").path_of(hash_) == path
    async with Refused("no-such-evidence"):
        await city.row("none")


async def test_a_file_is_read_no_further_than_the_limit(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST_BYTES", 1_000_000)
    endless = Sent(bytes(50_000_000))
    async with Refused("evidence-too-large"), city.store.arriving("x.pdf", endless):
        pytest.fail("it was taken")
    assert endless.read_bytes <= 1_000_000 + stores.PIECE
    async with Refused("evidence-kind"), city.store.arriving("x.pdf", Sent(b"words")):
        pytest.fail("it was taken")
    async with city.store.arriving("x.pdf", Sent(pdf())):
        assert len(city.on_disk()) == 1
    assert city.on_disk() == []  # nobody wanted it


async def test_the_same_content_is_one_file_of_an_owner_and_kept_until_nobody_has_it(city: City) -> None:
    id_ = await city.add(pdf(), name="一")
    assert await city.add(pdf(), name="二") == id_  # sent twice
    other = await city.add(pdf(), OTHER)
    async with city.running.look() as connection:
        assert [row["id"] for row in await files_of(connection, city.tables, REPORT)] == [id_]
    await city.remove(id_)
    assert await city.erase() == 1
    assert city.on_disk() == [sha256(pdf())]
    again = await city.add(pdf())
    assert again != id_
    for each in (other, again):
        await city.remove(each)
    assert city.on_disk() == [sha256(pdf())]  # until it is certain
    assert await city.erase() == 2
    assert city.on_disk() == []
    assert await city.erase() == 0
    row = await city.row(id_)
    assert (row["state"], row["removed_by"]) == (DELETED, "li")
    assert row["erased_at"] is not None
    async with Refused("evidence-deleted"):
        await city.opened(id_)
    async with Refused("evidence-deleted"):
        await city.remove(id_)
    async with Refused("no-such-evidence"):
        await city.remove("none")
    async with city.running.look() as connection:
        assert await files_of(connection, city.tables, REPORT) == []


async def test_a_removal_that_is_not_committed_costs_no_content(city: City) -> None:
    id_ = await city.add(pdf())
    await city.in_vain(lambda unit: remove_file(unit, city.tables, id_))
    assert await city.erase() == 0
    assert city.on_disk() == [sha256(pdf())]
    assert (await city.row(id_))["state"] == WAITING


async def test_an_owner_has_so_much_room_however_many_add_at_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [pdf(b"(%d)" % number) for number in range(6)]
    monkeypatch.setattr(files, "MOST_BYTES_OF_OWNER", 2 * len(contents[0]))
    answers = await asyncio.gather(*(city.add(each) for each in contents), return_exceptions=True)
    errors = [each for each in answers if isinstance(each, DomainError)]
    assert [each.code for each in errors] == ["evidence-too-much"] * 4
    assert "已有 0.0 MB，“证明.pdf”有 0.0 MB：附件合计至多 200 MB；请先删除" in errors[0].message
    kept = [each for each in answers if isinstance(each, str)]
    assert len(kept) == 2
    await city.add(contents[-1], OTHER)
    await city.remove(kept[0])
    await city.add(pdf(b"(x)"))  # there is room again


async def test_a_content_added_while_it_is_erased_stays(city: City) -> None:
    await city.remove(await city.add(pdf()))
    async with city.store.arriving("证明", Sent(pdf())) as arrived:
        async with city.running.unit("wang") as unit:
            id_ = await add_file(unit, city.tables, city.store, arrived, REPORT)
            erasing = asyncio.create_task(city.erase())
            await asyncio.sleep(0.5)  # as far as it gets: it has to wait for us
            assert not erasing.done()
        assert await erasing == 1
    city.scanner.mode = "answer"
    assert await city.checker().check_one()
    assert await city.opened(id_) == pdf()


async def test_what_is_lost_or_changed_on_disk_is_found(city: City) -> None:
    good, lost, changed = [await city.add(content) for content in (pdf(), png(), pdf(b"(1)"))]
    while await city.checker().check_one():
        continue
    city.store.path_of(sha256(png())).unlink()
    city.store.path_of(sha256(pdf(b"(1)"))).write_bytes(pdf(b"(2)"))
    async with city.store.arriving("x", Sent(pdf(b"(3)"))) as arrived:  # what is not committed is nobody's
        await city.in_vain(lambda unit: add_file(unit, city.tables, city.store, arrived, REPORT))
    async with city.running.look() as connection:
        found = await verify(connection, city.tables, city.store)
    assert found == (3, (lost,), (changed,), (sha256(pdf(b"(3)")),))
    assert await city.opened(good) == pdf()
    async with Refused("evidence-lost"):
        await city.opened(lost)
    assert await city.add(png()) == lost  # sent again, it is there again
    assert await city.opened(lost) == png()
    assert (await city.row(good))["state"] != UNCHECKED
