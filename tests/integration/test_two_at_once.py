"""Two at once on PostgreSQL: whoever comes second waits, and sees what the first has done."""

import asyncio
import contextlib
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import EVALUATION, PAYMENT, SPINE
from services.incubator.usecases import bookkeeping, finalising, grading, objections
from services.incubator.usecases.bookkeeping import settle
from shared.contracts.envelope import Envelope
from shared.contracts.incubator import SettlementRequested
from shared.core.errors import DomainError
from shared.ledger import budgeting, deciding, paying, reversing
from shared.messaging.consumer import Received
from shared.messaging.unit import unit_of_work
from tests.integration.book import Ledger, graded, hnte, now
from tests.integration.little_city import ROUND as R
from tests.integration.little_city import little_city

COST = "operating_cost_prev_year"
pg = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pg
async def test_a_decision_recorded_while_the_first_settlement_runs_is_not_lost(book: Ledger) -> None:
    async with unit_of_work(book.engine, SPINE, "/i", now, "system") as unit:
        await settle([graded(1, cost="200000.00")], unit)
        order = deciding.Decide(about="2018-makerspace-c1", rate="0.50", reason="含往年设备款")
        task = asyncio.create_task(book.do(partial(bookkeeping.decide, order=order), by="head-1"))
        await asyncio.wait([task], timeout=1)  # either done, or waiting for us
    await task
    assert await book.standing() == [("awarded", 10_000_000, "c1")]


@pg
async def test_two_requests_at_once_do_not_lose_a_supplied_fact(book: Ledger) -> None:
    cause = graded(1)
    await book.settle(cause)

    def ask(n, facts):
        e = SettlementRequested(
            request_id=f"S{n}", cause_event_id=cause.envelope.id, facts=facts, by="clerk-1", reason="补"
        )
        return Received(e, Envelope(f"S{n}", "/incubator", now(), e.about(), "story"))

    first, second = ask(1, {COST: "200000.00"}), ask(2, {})
    async with unit_of_work(book.engine, SPINE, "/i", now, "system") as unit:
        await settle([first], unit)
        task = asyncio.create_task(book.settle(second))
        await asyncio.wait([task], timeout=1)
    await task
    assert await book.standing() == [("awarded", 14_000_000, "c1")]


async def publicised(city):
    await city.registered()
    await city.opened()
    await city.reported()
    await city.graded()
    city.at(date(2018, 12, 24))
    return await city.do(grading.publicise_round, grading.PubliciseRound(round_id=R))


@pg
async def test_a_grade_does_not_become_final_while_an_objection_is_being_filed(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with little_city(database, tmp_path) as city:
        until = await publicised(city)
        city.at(until, 23)
        async with city.running.unit("operator") as unit:  # before midnight
            order = objections.FileObjection(evaluation_id=f"{R}-Z2", objector_id="x", grounds="x")
            await objections.file_objection(unit, order)
            city.at(date(2019, 1, 2))  # the schedule, after midnight
            task = asyncio.create_task(
                city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=R), "schedule")
            )
            await asyncio.wait([task], timeout=1)
        await task
        async with city.running.look() as c:
            state = (await c.execute(select(EVALUATION.c.state).where(EVALUATION.c.id == f"{R}-Z2"))).scalar_one()
        assert state == "publicised"


@pg
async def test_two_schedules_finalise_a_round_at_once_without_an_error(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        city.at(date(2019, 1, 2))
        async with city.running.unit("schedule") as unit:
            await finalising.finalise_round(unit, finalising.FinaliseRound(round_id=R))
            task = asyncio.create_task(
                city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=R), "schedule")
            )
            await asyncio.wait([task], timeout=1)
        assert await task == 0
        assert len(await city.told("incubator.round.finalised.v1")) == 1


@pg
async def test_what_is_made_public_is_what_was_graded_last(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        await city.graded()
        async with city.running.unit("clerk-1") as unit:
            await grading.grade_round(unit, grading.GradeRound(round_id=R))

            await unit.connection.execute(
                update(EVALUATION).where(EVALUATION.c.id == f"{R}-Z2").values(grade="qualified")
            )  # as if a mark had changed
            task = asyncio.create_task(city.do(grading.publicise_round, grading.PubliciseRound(round_id=R)))
            await asyncio.wait([task], timeout=1)
        await task
        told = [
            each.event.grade
            for each in await city.told("incubator.evaluation.publicised.v1")
            if each.event.evaluation_id == f"{R}-Z2"
        ]
        assert told == ["qualified"]


@pg
async def test_nothing_is_proposed_that_is_being_reversed(book: Ledger) -> None:
    await book.settle(hnte("t1"))
    id_ = (await book.rows())[0]["id"]
    async with unit_of_work(book.engine, SPINE, "/i", now, "clerk-2") as unit:
        await bookkeeping.reverse_subsidy(unit, reversing.ReverseSubsidy(subsidy_id=id_, reason="证书被撤销"))
        task = asyncio.create_task(
            book.do(
                partial(bookkeeping.propose_payments, order=paying.ProposePayments(subsidy_ids=[id_], budget_year=2019))
            )
        )
        await asyncio.wait([task], timeout=1)
    with contextlib.suppress(DomainError):
        await task
    assert [row["state"] for row in await book.rows(select(PAYMENT))] in ([], ["cancelled"])


@pg
async def test_two_approvals_at_once_keep_the_budget(book: Ledger) -> None:

    await book.settle(hnte("t1"), hnte("t2"))
    ids = [row["id"] for row in await book.rows()]
    await book.do(
        partial(bookkeeping.set_budget, order=budgeting.SetBudget(year=2019, amount="100000", document_no="x"))
    )
    await book.do(
        partial(bookkeeping.propose_payments, order=paying.ProposePayments(subsidy_ids=ids, budget_year=2019))
    )
    done = await asyncio.gather(
        *(
            book.do(partial(bookkeeping.approve_payments, order=paying.ApprovePayments(subsidy_ids=[i])), by="head-1")
            for i in ids
        ),
        return_exceptions=True,
    )
    assert sorted(type(d).__name__ for d in done) == ["DomainError", "int"]
