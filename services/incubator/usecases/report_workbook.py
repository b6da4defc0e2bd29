"""A report as an Excel workbook: downloaded with the draft in it, filled, sent back into the draft."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.typed_text import same_as
from services.incubator.usecases import draft_views
from services.incubator.usecases.drafts import Saved, SaveDraft, save_draft
from services.incubator.workbook.report_reading import read_report
from services.incubator.workbook.report_template import ReportSubject, write_report
from shared.messaging.unit import Unit


@dataclass(frozen=True)
class SendReportWorkbook:
    """A workbook somebody sent for a report."""

    report_id: str
    content: bytes = field(repr=False)


async def report_workbook(connection: AsyncConnection, report_id: str, today: date) -> bytes:
    """The workbook of a report as its draft stands."""
    draft = await draft_views.draft_of(connection, report_id, today)
    subject = ReportSubject(
        report_id=report_id,
        carrier=draft.carrier,
        year=draft.year,
        period=draft.period,
        version=draft.version,
        taken_until=draft.taken_until,
    )
    return write_report(subject, draft.filled)


async def send_report_workbook(unit: Unit, order: SendReportWorkbook) -> Saved:
    """Saves what a workbook says into the draft, or, if anything in it is wrong, nothing: a WorkbookError names every
    cell. What was typed since the workbook was downloaded is merged like anybody's."""
    now = await draft_views.standing(unit.connection, order.report_id, hold=True)
    form = await draft_views.filled(unit.connection, now)
    sent = read_report(order.content, order.report_id, form)
    base = await draft_views.content_at(unit.connection, now, sent.based_on)
    saved = SaveDraft(
        report_id=order.report_id,
        typed=same_as(form.form, base.typed, sent.typed),
        explanations=dict(sent.explanations),
        based_on=sent.based_on,
    )
    return await save_draft(unit, saved)
