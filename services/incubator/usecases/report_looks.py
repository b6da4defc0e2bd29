"""A report as a reviewer looks at it: what was handed in, beside last year and the version before, with its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.filled_form import FilledForm, explanations_from, fill, typed_from
from services.incubator.domain.report_form import form_of
from services.incubator.store import attachments, changes, district_reviews, drafts
from services.incubator.store.corrected_reports import corrected_versions
from services.incubator.store.tables import CARRIER, ORGANISATION, REPORT, REPORT_VERSION, ROUND
from shared.evaluation import load_scheme


@dataclass(frozen=True)
class LookedAt:
    """`filled` is None while nothing was handed in; `before`: the texts of the version before, by box."""

    report: RowMapping
    round: RowMapping
    carrier: RowMapping
    organisation: RowMapping | None
    filled: FilledForm | None
    before: Mapping[str, str]
    signed_by: str | None
    versions: Sequence[RowMapping]
    files: Mapping[str, Sequence[RowMapping]]
    """Evidence of this version by its place in the form; what belongs to the report as a whole is under ''."""
    said: Sequence[RowMapping]
    """What the district said, the newest first."""
    moved: Sequence[RowMapping]
    corrected: bool
    """Whether the version that stands is the office's, by the decision on an objection."""

    @property
    def district_says(self) -> RowMapping | None:
        """What holds for the version that stands."""
        return next((row for row in self.said if row["version"] == self.report["version"]), None)

    @property
    def corrections_left(self) -> int:
        return max(int(self.round["corrections"]) - int(self.report["returns"]), 0)


async def looked_at(connection: AsyncConnection, report_id: str) -> LookedAt:
    """Everything a reviewer has before him; a draft that was not handed in is its operator's own."""
    report = await changes.found(connection, REPORT, report_id, "填报")
    round_ = await changes.found(connection, ROUND, report["round_id"], "考评批次")
    carrier = await changes.found(connection, CARRIER, report["carrier_id"], "载体")
    organisation = select(ORGANISATION).where(ORGANISATION.c.id == carrier["organisation_id"])
    query = select(REPORT_VERSION).where(REPORT_VERSION.c.report_id == report_id)
    versions = (await connection.execute(query.order_by(REPORT_VERSION.c.version.desc()))).mappings().all()
    draft = await drafts.handed_in(connection, report_id, report["version"])
    form = form_of(load_scheme(round_["scheme"]))
    filled = None
    if report["figures"] is not None:
        told = explanations_from(form, report["figures"], report["explanation"])
        explained = told if draft is None else drafts.content(draft).explanations
        last = await drafts.last_year(connection, carrier["id"], round_)
        filled = fill(form, typed_from(form, report["figures"]), explained, last)
    earlier = next((row["figures"] for row in versions if row["version"] == report["version"] - 1), None)
    return LookedAt(
        report=report,
        round=round_,
        carrier=carrier,
        organisation=(await connection.execute(organisation)).mappings().first(),
        filled=filled,
        before={} if earlier is None else typed_from(form, earlier),
        signed_by=None if draft is None else draft["signed_by"],
        versions=versions,
        files=await _files(connection, report_id, report["version"]),
        said=await district_reviews.every(connection, report_id),
        moved=await changes.of(connection, [report_id]),
        corrected=report["version"] in await corrected_versions(connection, report_id),
    )


async def _files(connection: AsyncConnection, report_id: str, version: int) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in await attachments.handed_in(connection, report_id):
        if row["version"] == version:
            found.setdefault(row["place"], []).append(row)
    return found
