"""A draft handed in, returned and corrected, on both databases: only what is whole is taken, and a receipt stays true."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import REPORT
from services.incubator.usecases import draft_views, drafts, grading, reports, rounds
from services.incubator.usecases.drafts import ReportIncomplete, SaveDraft
from shared.core.canonical import sha256_of
from shared.core.errors import DomainError
from tests.integration.draft_hands import TYPED, WARNING, Z1, history, later, look, save, submit, whole
from tests.integration.little_city import FULL, ROUND, City, little_city


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        yield city


async def test_explanations_are_kept_at_their_check_and_merged_like_any_text(city: City) -> None:
    first = await whole(city, new_teams="96")
    assert [(check.key, check.blocks) for check in first.checks] == [(WARNING, True)]
    later(city, minutes=2)
    order = SaveDraft(report_id=Z1, typed={}, explanations={WARNING: "含虚拟入驻，属实"}, based_on=first.version)
    explained = await city.do(drafts.save_draft, order, "operator-1")
    assert explained.explanations == {WARNING: "含虚拟入驻，属实"}
    assert not explained.checks[0].blocks
    receipt = await submit(city, explained.version)
    async with city.running.look() as connection:
        row = (await connection.execute(select(REPORT).where(REPORT.c.id == Z1))).mappings().one()
    assert row["explanation"] == "新增入驻团队一般不多于已使用工位：含虚拟入驻，属实"
    assert receipt.version == 1


async def test_what_is_not_whole_is_refused_at_its_fields_and_nothing_moves(city: City) -> None:
    saved = await whole(city, seats_used="120", mentors="", tax="很多")
    with pytest.raises(ReportIncomplete) as refused:
        await submit(city, saved.version)
    assert {problem.name for problem in refused.value.problems} == {"seats_used", "mentors", "tax"}
    assert (await look(city)).state == "due"
    for wrong in ({"signed_by": "  "}, {"committed": False}):
        with pytest.raises(DomainError, match="承诺"):
            await submit(city, saved.version, **wrong)


async def test_only_the_version_its_signer_saw_is_handed_in(city: City) -> None:
    saved = await whole(city)
    later(city, minutes=2)
    await save(city, "operator-2", saved.version, seats="101")
    with pytest.raises(DomainError, match=r"“operator-2”改到第 2 版.*第 1 版") as refused:
        await submit(city, saved.version)
    assert refused.value.code == "draft-changed"


async def test_a_receipt_names_the_version_the_instant_and_the_figures(city: City) -> None:
    city.at(date(2018, 11, 20))
    saved = await whole(city)
    receipt = await submit(city, saved.version)
    assert (receipt.receipt, receipt.at, receipt.signed_by) == (f"{Z1}-1", city.instant, "王某")
    assert receipt.digest == sha256_of((await look(city)).filled.reading.figures)
    async with city.running.look() as connection:
        assert await draft_views.receipt_of(connection, Z1, 1) == receipt
        with pytest.raises(DomainError, match="没有提交过第 2 版"):
            await draft_views.receipt_of(connection, Z1, 2)
    (told,) = await city.told("incubator.report.submitted.v1")
    assert told.event.receipt == receipt.receipt
    assert await submit(city, saved.version) == receipt  # the button was pressed twice
    late = await save(city, "operator-1", saved.version, mentors="10")
    with pytest.raises(DomainError, match="不能再改"):
        await submit(city, late.version)
    assert len(await city.told("incubator.report.submitted.v1")) == 1


async def test_a_returned_report_shows_the_reasons_and_starts_from_what_was_handed_in(city: City) -> None:
    city.at(date(2018, 11, 20))
    saved = await whole(city, new_teams="25")
    await submit(city, saved.version)
    late = await save(city, "operator-2", saved.version, mentors="10")  # a page that was still open
    assert (late.open, late.typed["mentors"]) == (False, "10")
    reasons = {"mentors": "与附件名单不符，请核对"}
    back = reports.ReturnReport(report_id=Z1, reasons=reasons, deadline=date(2018, 11, 28))
    await city.do(reports.return_report, back)
    draft = await look(city)
    assert (draft.state, draft.reasons, draft.taken_until, draft.open) == (
        "returned",
        reasons,
        date(2018, 11, 28),
        True,
    )
    assert draft.filled.typed == {**TYPED, "mentors": "10"}
    city.at(date(2018, 11, 22))
    corrected = await save(city, "operator-1", draft.version, mentors="7 人")
    receipt = await submit(city, corrected.version)
    assert (receipt.version, receipt.receipt) == (2, f"{Z1}-2")
    first, second = [row for row in reversed(await history(city)) if row.submitted_as]
    assert (first.submitted_as, second.submitted_as) == (1, 2)
    assert second.signed_by == "王某"


async def test_what_was_handed_in_without_a_draft_is_where_a_correction_starts(city: City) -> None:
    city.at(date(2018, 11, 20))
    order = reports.SubmitReport(round_id=ROUND, carrier_id="Z1", figures=FULL | {"seats_used": 20}, explanation="属实")
    await city.do(reports.submit_report, order, "office")
    await city.do(
        reports.return_report,
        reports.ReturnReport(report_id=Z1, reasons={"tax": "请核对"}, deadline=date(2018, 11, 28)),
    )
    draft = await look(city)
    assert (draft.version, draft.by, draft.filled.typed["tax"]) == (1, "office", "240,000.00")
    assert draft.filled.explanations == {WARNING: "属实"}
    assert await history(city) == []
    later(city, minutes=5)
    changed = await save(city, "operator-1", 1, tax="24万", seats=draft.filled.typed["seats"])
    assert (changed.version, changed.both, changed.typed["financing"]) == (2, (), "2,400,000.00")
    newest, start = await history(city)
    assert (newest.by, newest.changed, start.version, start.by) == ("operator-1", ("缴纳税收",), 1, "office")
    assert (await submit(city, 2)).version == 2


async def test_an_unchanged_correction_can_be_handed_in_as_it_stands(city: City) -> None:
    city.at(date(2018, 11, 20))
    await submit(city, (await whole(city)).version)
    await city.do(
        reports.return_report,
        reports.ReturnReport(report_id=Z1, reasons={"tax": "请补证明"}, deadline=date(2018, 11, 28)),
    )
    draft = await look(city)
    assert (draft.version, draft.filled.typed) == (2, TYPED)
    assert (await submit(city, draft.version)).version == 2
    assert (await look(city)).filled.typed == TYPED


async def test_a_report_that_is_late_keeps_what_is_typed_and_says_why_it_is_not_taken(city: City) -> None:
    await whole(city)
    city.at(date(2018, 12, 1))
    saved = await save(city, "operator-1", 1, seats="101")
    assert (saved.open, saved.why_not, saved.typed["seats"]) == (False, "填报已于 2018-11-30 截止", "101")
    with pytest.raises(DomainError, match="截止"):
        await submit(city, saved.version)


async def test_last_years_figures_come_from_last_years_round(city: City) -> None:
    city.at(date(2018, 11, 20))
    await submit(city, (await whole(city)).version)
    await city.do(reports.accept_report, reports.AcceptReport(report_id=Z1))
    await city.do(rounds.close_round, rounds.CloseRound(round_id=ROUND))
    await city.do(grading.grade_round, grading.GradeRound(round_id=ROUND))
    city.at(date(2019, 11, 4))
    order = rounds.OpenRound(
        year=2019, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2019〕30号",
        opens_on=date(2019, 11, 1), closes_on=date(2019, 11, 30),
    )  # fmt: skip
    await city.do(rounds.open_round, order)
    saved = await save(city, "operator-1", 0, "2019-makerspace-Z1", financing="600万", seats="100")
    assert [(jump.name, jump.percent) for jump in saved.jumps] == [("financing", "150")]
    draft = await look(city, "2019-makerspace-Z1")
    assert draft.filled.last["financing"] == "2400000.00"
    assert (await look(city, "2019-makerspace-Z2")).filled.last == {}
