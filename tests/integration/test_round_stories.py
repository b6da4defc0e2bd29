"""Stories of rounds: corrected grades, last year's grade, days of several years, kinds that stay."""

import contextlib
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.demo import WORKBOOK
from services.incubator.store.tables import EVALUATION, ROUND
from services.incubator.usecases import finalising, grading, objections, registers, rounds
from services.incubator.usecases.due import SCHEDULE
from services.incubator.workbook.read import read_workbook
from shared.core.errors import DomainError
from shared.core.workdays import is_working_day, last_day
from tests.integration.little_city import FULL, little_city
from tests.integration.little_city import ROUND as R


async def publicised(city):
    await city.registered()
    await city.opened()
    await city.reported()
    await city.graded()
    city.at(date(2018, 12, 24))
    return await city.do(grading.publicise_round, grading.PubliciseRound(round_id=R))


async def object_(city, unit_id, **k):
    city.at(date(2018, 12, 25))
    id_ = await city.do(
        objections.file_objection,
        objections.FileObjection(evaluation_id=f"{R}-{unit_id}", objector_id="x", grounds="x"),
    )
    return await city.do(
        objections.decide_objection,
        objections.DecideObjection(objection_id=id_, outcome="upheld", reason="属实", **k),
        "head-1",
    )


async def row(city, unit_id):
    async with city.running.look() as c:
        return (await c.execute(select(EVALUATION).where(EVALUATION.c.id == f"{R}-{unit_id}"))).mappings().one()


async def test_figures_of_who_never_reported_do_not_leave_a_grade_of_none(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        with contextlib.suppress(DomainError):
            await object_(city, "Z3", figures=FULL)
        assert (await row(city, "Z3"))["grade"] is not None
        city.at(date(2019, 1, 2))
        await city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=R))


async def test_a_grade_corrected_by_hand_proposes_no_withdrawal(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        assert (await row(city, "Z3"))["withdrawal_proposed"]  # failed last year and this
        await object_(city, "Z3", grade="qualified")
        assert not (await row(city, "Z3"))["withdrawal_proposed"]


async def test_last_years_grade_is_the_one_that_was_finalised_last_year(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        await object_(city, "Z3", grade="qualified")  # 2018: qualified
        city.at(date(2019, 1, 2))
        await city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=R))
        order = rounds.OpenRound(
            year=2019,
            kind="makerspace",
            scheme="makerspace-100",
            document_no="x",
            opens_on=date(2019, 1, 2),
            closes_on=date(2019, 1, 2),
        )
        await city.do(rounds.open_round, order)
        city.at(date(2019, 1, 3))
        await SCHEDULE.run_due(city.running)
        await city.do(grading.grade_round, grading.GradeRound(round_id="2019-makerspace"))  # 2019: nobody reports
        async with city.running.look() as c:
            got = (
                await c.execute(select(EVALUATION.c.withdrawal_proposed).where(EVALUATION.c.id == "2019-makerspace-Z3"))
            ).scalar_one()
        assert not got  # failed once, not twice in a row


def test_importing_a_notice_that_names_a_day_of_another_year_leaves_that_year_as_it_is() -> None:
    # the notice of 2027 names 2026-12-31; of 2026 only that day is imported
    known = {date(2026, 12, 31): False, date(2027, 1, 1): False}
    assert is_working_day(date(2026, 10, 1), {}) is False
    assert is_working_day(date(2026, 10, 1), known) is False
    assert last_day(date(2026, 9, 30), 3, "working", known) == last_day(date(2026, 9, 30), 3, "working", {})


def test_one_day_of_a_year_is_not_its_calendar() -> None:
    known = {date(2027, 12, 31): False, date(2028, 1, 1): False}
    with pytest.raises(DomainError, match="no-calendar"):
        last_day(date(2028, 1, 24), 5, "working", known)


async def test_an_objection_is_never_refused_for_want_of_a_calendar(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        city.at(date(2026, 10, 8))
        order = rounds.OpenRound(
            year=2026,
            kind="makerspace",
            scheme="makerspace-100",
            document_no="x",
            opens_on=date(2026, 10, 8),
            closes_on=date(2026, 10, 9),
        )
        await city.do(rounds.open_round, order)
        city.at(date(2026, 12, 24))
        await SCHEDULE.run_due(city.running)
        await city.do(grading.grade_round, grading.GradeRound(round_id="2026-makerspace"))
        with pytest.raises(DomainError, match="no-calendar"):  # said when it is set up, not to who objects
            await city.do(grading.publicise_round, grading.PubliciseRound(round_id="2026-makerspace"))


async def test_registering_again_does_not_change_the_kind_a_grade_is_paid_by(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        with contextlib.suppress(DomainError):
            await city.do(
                registers.register_carrier,
                registers.RegisterCarrier(id="Z1", organisation_id="U1", kind="incubator", level="city", name="样例"),
            )
        city.at(date(2019, 1, 2))
        await city.do(finalising.finalise_round, finalising.FinaliseRound(round_id=R))
        kinds = {e.event.carrier.kind for e in await city.told("incubator.evaluation.finalised.v1")}
        assert kinds == {"makerspace"}


async def test_a_decided_objection_after_the_end_is_final_with_the_day_it_is_decided(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        city.at(date(2018, 12, 25))
        id_ = await city.do(
            objections.file_objection, objections.FileObjection(evaluation_id=f"{R}-Z2", objector_id="x", grounds="x")
        )
        city.at(date(2019, 1, 2))
        await SCHEDULE.run_due(city.running)
        city.at(date(2019, 1, 4))
        await city.do(
            objections.decide_objection,
            objections.DecideObjection(objection_id=id_, outcome="rejected", reason="x"),
            "head-1",
        )
        await SCHEDULE.run_due(city.running)
        assert (await row(city, "Z2"))["finalised_on"] == date(2019, 1, 4)
        assert (await row(city, "Z1"))["finalised_on"] == date(2019, 1, 2)
        city.at(date(2019, 1, 4))
        await SCHEDULE.run_due(city.running)
        async with city.running.look() as c:
            assert (await c.execute(select(ROUND.c.state))).scalar_one() == "finalised"


async def test_a_round_nobody_takes_part_in_ends_too(database: AsyncEngine, tmp_path: Path) -> None:
    async with little_city(database, tmp_path) as city:
        city.at(date(2018, 11, 1))
        await city.do(
            rounds.open_round,
            rounds.OpenRound(
                year=2018,
                kind="university_park",
                scheme="university-park-100-sample",
                document_no="x",
                opens_on=date(2018, 11, 1),
                closes_on=date(2018, 11, 2),
            ),
        )
        city.at(date(2018, 11, 5))
        await SCHEDULE.run_due(city.running)
        await city.do(grading.grade_round, grading.GradeRound(round_id="2018-university_park"))
        await city.do(grading.publicise_round, grading.PubliciseRound(round_id="2018-university_park"))
        city.at(date(2018, 12, 5))
        await SCHEDULE.run_due(city.running)
        async with city.running.look() as c:
            assert (await c.execute(select(ROUND.c.state))).scalar_one() == "finalised"


async def test_a_reason_too_long_for_its_row_is_refused_before_anything_is_written(
    database: AsyncEngine, tmp_path: Path
) -> None:
    async with little_city(database, tmp_path) as city:
        await publicised(city)
        city.at(date(2018, 12, 25))
        id_ = await city.do(
            objections.file_objection, objections.FileObjection(evaluation_id=f"{R}-Z2", objector_id="x", grounds="x")
        )
        with pytest.raises(ValueError, match="900"):
            objections.DecideObjection(objection_id=id_, outcome="upheld", reason="属实" * 600, grade="good")


async def test_a_corrected_report_without_marks_does_not_stop_every_round(
    database: AsyncEngine, tmp_path: Path
) -> None:

    year = read_workbook(WORKBOOK)
    figures = year.reports["F03"].figures
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.do(
            registers.register_carrier,
            registers.RegisterCarrier(id="F2", organisation_id="U2", kind="incubator", level="city", name="样例 2"),
        )
        city.at(date(2018, 11, 1))
        await city.do(
            rounds.open_round,
            rounds.OpenRound(
                year=2018,
                kind="incubator",
                scheme="incubator-100-sample",
                document_no="x",
                opens_on=date(2018, 11, 1),
                closes_on=date(2018, 11, 2),
            ),
        )
        await publicised(city)  # the makerspaces' round beside it
        await city.do(rounds.close_round, rounds.CloseRound(round_id="2018-incubator"))
        await city.do(grading.grade_round, grading.GradeRound(round_id="2018-incubator"))
        await city.do(grading.publicise_round, grading.PubliciseRound(round_id="2018-incubator"))
        id_ = await city.do(
            objections.file_objection,
            objections.FileObjection(evaluation_id="2018-incubator-F1", objector_id="x", grounds="已报送"),
        )
        try:
            await city.do(
                objections.decide_objection,
                objections.DecideObjection(objection_id=id_, outcome="upheld", reason="确已报送", figures=figures),
                "head-1",
            )
        except DomainError:
            await city.do(
                objections.decide_objection,
                objections.DecideObjection(objection_id=id_, outcome="upheld", reason="确已报送", grade="qualified"),
                "head-1",
            )
        city.at(date(2019, 1, 2))
        await SCHEDULE.run_due(city.running)
        async with city.running.look() as c:
            assert set((await c.execute(select(EVALUATION.c.state))).scalars()) == {"finalised"}
