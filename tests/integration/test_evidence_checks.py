"""The virus check of evidence: what a scanner says, and what becomes of files while it says nothing."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from shared.evidence import checks
from shared.evidence.checking import LEASE, Checker
from shared.evidence.clamd import Patience
from shared.evidence.files import files_of
from shared.evidence.states import CLEAN, INFECTED, STATES, WAITING
from shared.evidence.store import ARRIVING, Store
from tests.integration.evidence_city import INFECTED_PDF, OTHER, REPORT, City, Refused, city, sha256
from tests.integration.fake_clamd import DROP, SIGNATURE, STALL
from tests.integration.small_service import now, until
from tests.unit.evidence.samples import pdf, png

__all__ = ["city"]  # the fixture


async def test_a_file_is_given_out_once_it_is_found_clean(city: City) -> None:
    id_, other = await city.add(pdf()), await city.add(pdf(), OTHER)
    async with Refused("evidence-waiting"):
        await city.opened(id_)
    assert await city.checker().check_one() is True
    assert await city.checker().check_one() is None  # the verdict holds for both
    assert city.scanner.scanned == [sha256(pdf())]
    for each in (id_, other):
        row = await city.row(each)
        assert (row["state"], row["check_at"]) == (CLEAN, None)
        assert row["checked_at"] is not None
        assert await city.opened(each) == pdf()


async def test_an_infected_file_is_erased_and_its_row_kept(city: City) -> None:
    id_ = await city.add(INFECTED_PDF)
    checker = city.checker()
    assert await checker.check_one() is True
    await checker.erase()
    row = await city.row(id_)
    assert (row["state"], row["signature"]) == (INFECTED, SIGNATURE)
    assert row["erased_at"] is not None
    assert city.on_disk() == []
    async with Refused("evidence-infected"):
        await city.opened(id_)
    async with city.running.look() as connection:
        assert [each["state"] for each in await files_of(connection, city.tables, REPORT)] == [INFECTED]
    assert await city.add(INFECTED_PDF) != id_  # sent again it is looked at again
    await city.remove(id_)


@pytest.mark.parametrize("mode", [STALL, DROP])
async def test_a_scanner_that_does_not_answer_leaves_files_waiting(city: City, mode: str) -> None:
    id_ = await city.add(pdf())
    city.scanner.mode = mode
    clock = now()
    checker = city.checker(lambda: clock, Patience(answer=0.2))
    assert await checker.check_one() is False
    row = await city.row(id_)
    assert (row["state"], row["check_failures"], row["check_at"]) == (WAITING, 1, clock + timedelta(seconds=5))
    assert "查毒服务" in row["check_error"]
    async with Refused("evidence-waiting"):
        await city.opened(id_)
    city.scanner.mode = "answer"
    assert await checker.check_one() is None  # not yet
    clock += timedelta(seconds=5)
    assert await checker.check_one() is True
    assert (await city.row(id_))["check_error"] is None
    assert await city.opened(id_) == pdf()


async def test_two_checkers_share_the_work_and_one_that_dies_loses_nothing(city: City) -> None:
    for number in range(6):
        await city.add(pdf(b"(%d)" % number))
    clock = now()
    async with city.running.unit("one that dies") as unit:
        lost = await checks.claim(unit, city.tables, clock, clock + LEASE)
    assert lost is not None

    async def works(checker: Checker) -> None:
        while await checker.check_one():
            continue

    await asyncio.gather(*(works(city.checker(lambda: clock)) for _ in range(2)))
    assert len(city.scanner.scanned) == len(set(city.scanner.scanned)) == 5
    assert lost["sha256"] not in city.scanner.scanned
    clock += LEASE
    assert await city.checker(lambda: clock).check_one() is True
    assert city.scanner.scanned[-1] == lost["sha256"]


async def test_without_a_scanner_files_are_unchecked_and_said_to_be(city: City) -> None:
    waiting = await city.add(png())
    alone = Checker(city.running, city.tables, city.store, None)
    await alone.begin()
    unchecked = await city.add(pdf(), store=Store(city.store.folder, checks=False))
    assert await alone.check_one() is None
    for id_, content in ((waiting, png()), (unchecked, pdf())):
        row = await city.row(id_)
        assert STATES[row["state"]] == "未查毒"
        assert row["checked_at"] is None
        assert await city.opened(id_) == content
    assert [await city.checker().check_one() for _ in range(3)] == [True, True, None]  # once there is one
    assert (await city.row(unchecked))["state"] == (await city.row(waiting))["state"] == CLEAN


async def test_the_task_of_a_service_checks_and_erases_by_itself(city: City) -> None:
    clean, bad = await city.add(pdf()), await city.add(INFECTED_PDF)
    left = city.store.folder / ARRIVING / "left"
    fresh = city.store.folder / ARRIVING / "fresh"
    for path in (left, fresh):
        path.write_bytes(b"half")
    yesterday = (datetime.now(UTC) - timedelta(hours=25)).timestamp()
    os.utime(left, (yesterday, yesterday))
    working = asyncio.create_task(city.running.run())

    async def done() -> bool:
        return (await city.row(clean))["state"] == CLEAN and (await city.row(bad))["erased_at"] is not None

    await until(done)
    assert "check_evidence" in city.running.working
    city.running.stop.set()
    await working
    assert city.on_disk() == sorted([sha256(pdf()), "fresh"])
