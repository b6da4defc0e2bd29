"""The history of a report: every version handed in with its files, every draft, what changed, and what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import lifecycles
from services.incubator.domain.attachments import Place, places_of
from services.incubator.domain.drafts import Content, difference
from services.incubator.domain.filled_form import explanations_from, typed_from
from services.incubator.domain.report_form import Form, form_of
from services.incubator.store import attachments, changes, drafts
from services.incubator.store.corrected_reports import corrected_versions
from services.incubator.store.tables import CARRIER, REPORT, REPORT_VERSION, ROUND
from services.incubator.usecases import draft_views
from shared.core.canonical import sha256_of
from shared.evaluation import load_scheme


class Changed(NamedTuple):
    """What stands under a label now, and what stood there before; empty where there was nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class DraftStep:
    """A draft as it was kept: who, when, from which version, and what changed against the one kept before it."""

    version: int
    by: str
    began_at: datetime
    at: datetime
    base: int
    changed: tuple[Changed, ...]
    both: Sequence[Mapping[str, Any]]
    submitted_as: int | None


@dataclass(frozen=True)
class HandIn:
    """A version that was handed in, with its files and what changed against the version before it. `corrected`: the
    office made it by the decision on an objection; nobody handed it in."""

    version: int
    by: str
    at: datetime
    receipt: str
    signed_by: str | None
    digest: str
    explanation: str
    changed: tuple[Changed, ...]
    files: Sequence[RowMapping]
    corrected: bool


@dataclass(frozen=True)
class History:
    report: RowMapping
    round: RowMapping
    carrier: RowMapping
    drafts: tuple[DraftStep, ...]
    hand_ins: tuple[HandIn, ...]
    moves: Sequence[RowMapping]
    places: Mapping[str, Place]
    labels: Mapping[str, str]
    """What people call what two people changed at once."""

    @property
    def times_handed_in(self) -> int:
        """What the office corrected was not handed in."""
        return sum(not each.corrected for each in self.hand_ins)

    @property
    def drafts_handed_in(self) -> tuple[DraftStep, ...]:
        """The drafts up to the last that was handed in: what is still being written is its operator's own."""
        last = max((each.version for each in self.drafts if each.submitted_as is not None), default=0)
        return tuple(each for each in self.drafts if each.version <= last)


async def history_of(connection: AsyncConnection, report_id: str) -> History:
    """All of it, the newest first. Drafts between hand-ins are thinned out as they grow old; hand-ins never are."""
    report = await changes.found(connection, REPORT, report_id, "填报")
    round_ = await changes.found(connection, ROUND, report["round_id"], "考评批次")
    form = form_of(load_scheme(round_["scheme"]))
    rows = await drafts.versions(connection, report_id)
    moved = await changes.of(connection, [report_id])
    names = {each["name"] for row in rows for each in row["both"]}
    return History(
        report=report,
        round=round_,
        carrier=await changes.found(connection, CARRIER, report["carrier_id"], "载体"),
        drafts=_drafts(form, rows),
        hand_ins=await _hand_ins(connection, form, report_id, rows),
        moves=[row for row in reversed(moved) if row["noun"] == lifecycles.REPORT.noun],
        places=places_of(form),
        labels={name: draft_views.label_of(form, name) for name in names},
    )


def _drafts(form: Form, rows: Sequence[RowMapping]) -> tuple[DraftStep, ...]:
    contents = [*(drafts.content(row) for row in rows), Content({}, {})]
    return tuple(
        DraftStep(
            version=row["version"],
            by=row["by"],
            began_at=row["began_at"],
            at=row["at"],
            base=row["base"],
            changed=_changed(form, contents[place], contents[place + 1]),
            both=row["both"],
            submitted_as=row["submitted_as"],
        )
        for place, row in enumerate(rows)
    )


async def _hand_ins(
    connection: AsyncConnection, form: Form, report_id: str, rows: Sequence[RowMapping]
) -> tuple[HandIn, ...]:
    """Hand-ins are compared by their figures, so that one an outside program sent is comparable, too."""
    typed = {row["submitted_as"]: row for row in rows if row["submitted_as"] is not None}
    files: dict[int, list[RowMapping]] = {}
    for file in await attachments.handed_in(connection, report_id):
        files.setdefault(file["version"], []).append(file)
    query = select(REPORT_VERSION).where(REPORT_VERSION.c.report_id == report_id).order_by(REPORT_VERSION.c.version)
    corrected = await corrected_versions(connection, report_id)
    found: list[HandIn] = []
    before = Content({}, {})
    for row in (await connection.execute(query)).mappings():
        number, figures = row["version"], row["figures"]
        shown = Content(typed_from(form, figures), explanations_from(form, figures, row["explanation"]))
        found.append(
            HandIn(
                version=number,
                by=row["by"],
                at=row["at"],
                receipt=draft_views.receipt_number(report_id, number),
                signed_by=typed[number]["signed_by"] if number in typed else None,
                digest=sha256_of(figures),
                explanation=row["explanation"],
                changed=_changed(form, shown, before),
                files=files.get(number, []),
                corrected=number in corrected,
            )
        )
        before = shown
    return tuple(reversed(found))


def _changed(form: Form, now: Content, before: Content) -> tuple[Changed, ...]:
    """In the order of the form; explanations and what the form does not have come last."""
    new, old = now.flat(), before.flat()
    order = {name: place for place, name in enumerate(form.boxes)}
    names = sorted(difference(new, old), key=lambda name: (order.get(name, len(order)), name))
    return tuple(Changed(draft_views.label_of(form, name), old.get(name, ""), new.get(name, "")) for name in names)
