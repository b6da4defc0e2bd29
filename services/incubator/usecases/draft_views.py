"""Look at a report's draft: the form as it stands, its history, the receipt of what was handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import lifecycles
from services.incubator.domain.drafts import EXPLAINS, NOTHING, Content, difference
from services.incubator.domain.filled_form import FilledForm, explanations_from, fill, typed_from
from services.incubator.domain.report_form import Form, check_key, form_of, jump_key
from services.incubator.store import changes, drafts
from services.incubator.store.corrected_reports import corrected_versions
from services.incubator.store.tables import CARRIER, REPORT, REPORT_VERSION, ROUND
from services.incubator.usecases.reports import still_taken
from shared.core.canonical import sha256_of
from shared.core.errors import DomainError
from shared.evaluation import load_scheme


class Standing(NamedTuple):
    """A report and the draft it has now. `version` 0: nothing was typed yet. `written`: the version is a row; a
    correction begins from what was handed in, which becomes one when it is first changed."""

    report: RowMapping
    round: RowMapping
    content: Content
    version: int
    written: bool
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Draft:
    """A draft as its page needs it. `reasons`: by field, why it was returned. `open`: it can be handed in today;
    if not, `why_not` says why. `taken_until`: the last day, by the round or by the correction's deadline."""

    report_id: str
    carrier_id: str
    carrier: str
    organisation_id: str | None
    """Whose operators may fill it in."""
    year: int
    period: int
    state: str
    version: int
    by: str
    at: datetime | None
    filled: FilledForm
    reasons: Mapping[str, str]
    open: bool
    why_not: str
    taken_until: date
    corrections_left: int
    """How often it may still be returned."""


@dataclass(frozen=True)
class DraftVersion:
    """A row of the history: who, when, from which version; the labels of what changed against the row before it."""

    version: int
    by: str
    began_at: datetime
    at: datetime
    base: int
    changed: tuple[str, ...]
    both: Sequence[Mapping[str, Any]]
    submitted_as: int | None
    signed_by: str | None


@dataclass(frozen=True)
class DraftReceipt:
    """What an operator holds in hand: the number, the instant, and the SHA-256 of the figures (canonical JSON)."""

    report_id: str
    version: int
    receipt: str
    at: datetime
    digest: str
    signed_by: str | None


async def standing(connection: AsyncConnection, report_id: str, *, hold: bool = False) -> Standing:
    """The draft as it is. `hold`: nobody else saves this one until the transaction ends."""
    report = await changes.found(connection, REPORT, report_id, "填报", hold=hold)
    round_ = await changes.found(connection, ROUND, report["round_id"], "考评批次")
    row = await drafts.latest(connection, report_id)
    if row is not None and row["after"] == report["version"]:
        return Standing(report, round_, drafts.content(row), row["version"], True, row["by"], row["at"])
    if report["version"] == 0:
        return Standing(report, round_, NOTHING, 0, False, "", None)
    content, by = await _handed_in(connection, report, form_of(load_scheme(round_["scheme"])))
    version = (row["version"] if row is not None else 0) + 1
    return Standing(report, round_, content, version, False, by, report["submitted_at"])


async def organisation_of(connection: AsyncConnection, report_id: str) -> str | None:
    """Whose operators may fill in a report: asked before anything they send is kept."""
    report = await changes.found(connection, REPORT, report_id, "填报")
    carrier = await changes.found(connection, CARRIER, report["carrier_id"], "载体")
    found: str | None = carrier["organisation_id"]
    return found


async def content_at(connection: AsyncConnection, now: Standing, version: int) -> Content:
    """What a version held: nothing at 0; of one that was let go, what the one before it held."""
    if version == 0 or (version == now.version and not now.written):
        return now.content if version else NOTHING
    rows = await drafts.since(connection, now.report["id"], version)
    return drafts.content(rows[0], version) if rows else NOTHING


async def _handed_in(connection: AsyncConnection, report: RowMapping, form: Form) -> tuple[Content, str]:
    """What was handed in, as it was typed if it was typed here, and by whom."""
    query = select(REPORT_VERSION.c.by).where(
        REPORT_VERSION.c.report_id == report["id"], REPORT_VERSION.c.version == report["version"]
    )
    by: str = (await connection.execute(query)).scalar_one()
    row = await drafts.handed_in(connection, report["id"], report["version"])
    if row is not None:
        return drafts.content(row), by
    figures = report["figures"] or {}
    return Content(typed_from(form, figures), explanations_from(form, figures, report["explanation"])), by


async def filled(connection: AsyncConnection, now: Standing) -> FilledForm:
    """The form with the draft's texts in it, beside last year's figures."""
    last = await drafts.last_year(connection, now.report["carrier_id"], now.round)
    return fill(form_of(load_scheme(now.round["scheme"])), now.content.typed, now.content.explanations, last)


def why_not_taken(report: RowMapping, round_: RowMapping, today: date) -> str:
    """Why the report cannot be handed in today; empty if it can."""
    if report["state"] not in lifecycles.REPORT.sources("submitted"):
        label = lifecycles.REPORT.states[report["state"]]
        return f"填报{label}，不能再改；如需更正，请联系主管部门退回"
    try:
        still_taken(round_, report, today)
    except DomainError as error:
        return error.message
    return ""


async def draft_of(connection: AsyncConnection, report_id: str, today: date, unsaved: Content = NOTHING) -> Draft:
    """Everything the page of a report shows. A returned report starts from what was handed in, with the reasons.

    `unsaved`: what was typed and could not be kept; it stands in the form over what was.
    """
    now = await standing(connection, report_id)
    typed, explanations = now.content
    now = now._replace(content=Content({**typed, **unsaved.typed}, {**explanations, **unsaved.explanations}))
    report, round_ = now.report, now.round
    carrier = await changes.found(connection, CARRIER, report["carrier_id"], "载体")
    why_not = why_not_taken(report, round_, today)
    returned = report["state"] == "returned"
    return Draft(
        report_id=report_id,
        carrier_id=carrier["id"],
        carrier=carrier["name"],
        organisation_id=carrier["organisation_id"],
        year=round_["year"],
        period=round_["period"],
        state=report["state"],
        version=now.version,
        by=now.by,
        at=now.at,
        filled=await filled(connection, now),
        reasons=report["reasons"] if returned else {},
        open=not why_not,
        why_not=why_not,
        taken_until=report["deadline"] if returned else round_["closes_on"],
        corrections_left=max(round_["corrections"] - report["returns"], 0),
    )


async def draft_versions(connection: AsyncConnection, report_id: str) -> list[DraftVersion]:
    """The history, the newest first."""
    report = await changes.found(connection, REPORT, report_id, "填报")
    round_ = await changes.found(connection, ROUND, report["round_id"], "考评批次")
    form = form_of(load_scheme(round_["scheme"]))
    rows = await drafts.versions(connection, report_id)
    flats = [*(drafts.content(row).flat() for row in rows), {}]
    return [
        DraftVersion(
            version=row["version"],
            by=row["by"],
            began_at=row["began_at"],
            at=row["at"],
            base=row["base"],
            changed=tuple(label_of(form, name) for name in sorted(difference(flats[place], flats[place + 1]))),
            both=row["both"],
            submitted_as=row["submitted_as"],
            signed_by=row["signed_by"],
        )
        for place, row in enumerate(rows)
    ]


def label_of(form: Form, name: str) -> str:
    """What people call what stands under a name: a box, a figure, or the explanation of a check or of a jump."""
    key = name.removeprefix(EXPLAINS)
    said = {check_key(check): check.says for check in form.scheme.checks}
    said |= {jump_key(each): f"{box.title}与上年相差较大" for each, box in form.boxes.items()}
    if key in said:
        return f"说明（{said[key]}）"
    if key in form.boxes:
        return form.boxes[key].title
    return form.fields[key].figure.label if key in form.fields else name


async def receipt_of(connection: AsyncConnection, report_id: str, version: int) -> DraftReceipt:
    """The receipt of a version that was handed in; the same whenever it is asked for."""
    query = select(REPORT_VERSION).where(REPORT_VERSION.c.report_id == report_id, REPORT_VERSION.c.version == version)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-version", f"填报“{report_id}”没有提交过第 {version} 版", status=404)
    if version in await corrected_versions(connection, report_id):
        told = f"第 {version} 版是办公室按异议处理决定更正的，不是提交的，没有回执"
        raise DomainError("no-such-version", told, status=404)
    draft = await drafts.handed_in(connection, report_id, version)
    signed = draft["signed_by"] if draft is not None else None
    number = receipt_number(report_id, version)
    return DraftReceipt(report_id, version, number, row["at"], sha256_of(row["figures"]), signed)


def receipt_number(report_id: str, version: int) -> str:
    return f"{report_id}-{version}"
