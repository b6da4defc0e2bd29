"""Fill in a report: save what was typed, go back to a version, hand in what is complete.

A page that saves as people type sends one save at a time, each based on the version the one before answered, and takes
over the texts it is answered for whatever has not been typed into since: what others changed is among them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from services.incubator.domain import drafts as draft_rules
from services.incubator.domain.drafts import Authored, Conflict, Content, Merged, Taken
from services.incubator.domain.filled_form import FieldProblem, FilledForm
from services.incubator.domain.report_form import Form, form_of
from services.incubator.domain.report_preview import Change, FailedCheck, Preview
from services.incubator.store import drafts
from services.incubator.usecases import draft_views, reports
from services.incubator.usecases.draft_views import DraftReceipt, Standing
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.messaging.unit import Unit
from shared.reading.sent_text import GARBLED, cannot_be_shown, problem_of

MOST_CHARACTERS = 4_000
MOST_NAMES = 2_000
MOST_NAME = 100
MOST_TOGETHER = 200_000
KEPT_VERSIONS = 200
"""Rows of one draft's history; a report has a few dozen boxes, so this is less than a megabyte."""


class SaveDraft(BaseModel):
    """保存填报草稿：原样保留所填文字，合并他人同时的修改。"""

    report_id: str
    typed: dict[str, str]
    explanations: dict[str, str] = Field(default_factory=dict)
    based_on: int = Field(default=0, ge=0, le=2**31 - 1)


class RestoreVersion(BaseModel):
    """把草稿恢复到以前的一版；现在的内容仍留在历史里。"""

    report_id: str
    version: int = Field(ge=0, le=2**31 - 1)


class SubmitDraft(BaseModel):
    """提交草稿：核对全部内容，由承诺人签署。"""

    report_id: str
    version: int = Field(ge=0, le=2**31 - 1)
    signed_by: str = Field(max_length=100)
    committed: bool


@dataclass(frozen=True)
class Saved:
    """What a save answers. `typed` and `explanations` are the draft as it now stands, everybody's changes in it;
    `both`: what two people changed at once; `taken`: what only others changed. Whatever it says, it was kept."""

    report_id: str
    version: int
    at: datetime | None
    typed: Mapping[str, str]
    explanations: Mapping[str, str]
    both: tuple[Conflict, ...]
    taken: tuple[Taken, ...]
    problems: Mapping[str, str]
    missing: tuple[str, ...]
    checks: tuple[FailedCheck, ...]
    jumps: tuple[Change, ...]
    filled: int
    of: int
    preview: Preview
    open: bool
    why_not: str


class ReportIncomplete(DomainError):
    """The report cannot be handed in yet; `problems` says at which field, and what to do."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        self.problems = tuple(problems)
        told = "；".join(str(problem) for problem in problems)
        super().__init__("report-has-problems", f"填报有以下问题，请改正后再提交：{told}")


class TextRefused(DomainError):
    """What was typed cannot be kept, and none of it was; `problems` says at which field."""

    def __init__(self, problems: list[FieldProblem], *, too_long: bool) -> None:
        self.problems = tuple(problems)
        code, status = ("text-too-long", 413) if too_long else ("text-unreadable", 422)
        told = "；".join(str(problem) for problem in problems)
        super().__init__(code, f"没有保存，以下内容要先改正：{told}", status=status)


async def save_draft(unit: Unit, order: SaveDraft) -> Saved:
    """Keeps what was typed, whatever it is; refuses only what no form could send."""
    sent = Content(order.typed, order.explanations)
    _check_size(sent)
    now = await draft_views.standing(unit.connection, order.report_id, hold=True)
    _check_texts(sent, form_of(load_scheme(now.round["scheme"])))
    base = await draft_views.content_at(unit.connection, now, order.based_on)
    merged = draft_rules.merge(base, now.content, sent)
    if merged.content.flat() == now.content.flat():
        return await _saved(unit, now, (), await _taken(unit, now, base, merged, order.based_on))
    now = await _written(unit, now)
    both = await _both(unit, now, base, merged, order.based_on)
    taken = await _taken(unit, now, base, merged, order.based_on)
    after = await _keep(unit, now, merged.content, order.based_on, both)
    return await _saved(unit, after, both, taken)


def _check_size(sent: Content) -> None:
    names = [*sent.typed, *sent.explanations]
    length = sum(map(len, (*sent.typed.values(), *sent.explanations.values())))
    if (
        len(names) > MOST_NAMES
        or length > MOST_TOGETHER
        or any(len(each) > MOST_NAME or problem_of(each) for each in names)
    ):
        raise DomainError("draft-too-large", "内容不像是这张表填出来的：项目太多或太长，没有保存", status=413)


def _check_texts(sent: Content, form: Form) -> None:
    """Everything that cannot be kept, at the name it was sent under; an explanation stands under its check's key.

    A figure is kept however it is written, and the form says what is wrong with it; a sentence has nothing but itself.
    """
    told = {name: GARBLED for name, text in sent.typed.items() if cannot_be_shown(text)}
    told |= {name: problem_of(text) for name, text in sent.explanations.items() if problem_of(text)}
    long = {name: len(text) for each in sent for name, text in each.items() if len(text) > MOST_CHARACTERS}
    told |= {name: f"有 {length} 字，至多 {MOST_CHARACTERS} 字；请精简后再保存" for name, length in long.items()}
    if told:
        problems = [FieldProblem(name, draft_views.label_of(form, name), why) for name, why in told.items()]
        raise TextRefused(problems, too_long=bool(long))


async def _written(unit: Unit, now: Standing) -> Standing:
    """What a correction starts from becomes a version of its own before anything is changed."""
    if now.written or now.version == 0:
        return now
    by, at = now.by, now.at or unit.now
    row = drafts.row_of(
        now.report["id"], now.version, now.content, base=now.version - 1, after=now.report["version"], by=by, at=at
    )
    await drafts.add(unit.connection, row)
    return now._replace(written=True)


async def _keep(unit: Unit, now: Standing, content: Content, base: int, both: tuple[Conflict, ...]) -> Standing:
    """A new version: in the row of the same person's last minute, or in a row of its own."""
    report_id, version = now.report["id"], now.version + 1
    row = await drafts.latest(unit.connection, report_id)
    same = row is not None and row["by"] == unit.by and row["after"] == now.report["version"]
    told = [vars(each) for each in both]
    if row is not None and same and row["submitted_as"] is None and unit.now - row["began_at"] < draft_rules.ONE_ROW:
        flat, before = content.flat(), drafts.content(row)
        known = {**{each: drafts.content(row, int(each)) for each in row["earlier"]}, str(row["version"]): before}
        values: dict[str, Any] = {
            "version": version,
            "typed": dict(content.typed),
            "explanations": dict(content.explanations),
            "earlier": {each: draft_rules.difference(kept.flat(), flat) for each, kept in known.items()},
            "both": [*row["both"], *told],
            "at": unit.now,
        }
        await drafts.replace(unit.connection, report_id, row["version"], **values)
    else:
        new = drafts.row_of(
            report_id, version, content, base=base, after=now.report["version"], by=unit.by, at=unit.now
        )
        await drafts.add(unit.connection, new | {"both": told})
        kept = await drafts.kept(unit.connection, report_id)
        gone = draft_rules.to_let_go(kept, KEPT_VERSIONS, unit.now)
        await drafts.let_go(unit.connection, report_id, gone)
    return now._replace(content=content, version=version, by=unit.by, at=unit.now)


async def _authors(unit: Unit, now: Standing, based_on: int) -> list[Authored]:
    """Every version since the one edited from, oldest first, with who wrote it."""
    rows = await drafts.since(unit.connection, now.report["id"], based_on)
    found = []
    for row in rows:
        numbers = sorted({row["version"], *map(int, row["earlier"])})
        found += [Authored(each, row["by"], drafts.content(row, each).flat()) for each in numbers if each > based_on]
    if not now.written and now.version > based_on:
        found.append(Authored(now.version, now.by, now.content.flat()))
    return found


async def _both(unit: Unit, now: Standing, base: Content, merged: Merged, based_on: int) -> tuple[Conflict, ...]:
    if not merged.both:
        return ()
    before, theirs, mine = base.flat(), now.content.flat(), merged.content.flat()
    authors = await _authors(unit, now, based_on)
    found = []
    for name in merged.both:
        author = draft_rules.last_author(name, before, authors)
        by, version = (author.by, author.version) if author is not None else (now.by, now.version)
        found.append(Conflict(name, mine.get(name, ""), theirs.get(name, ""), by, version))
    return tuple(found)


async def _taken(unit: Unit, now: Standing, base: Content, merged: Merged, based_on: int) -> tuple[Taken, ...]:
    if not merged.theirs:
        return ()
    before, theirs = base.flat(), now.content.flat()
    authors = await _authors(unit, now, based_on)
    found = []
    for name in merged.theirs:
        author = draft_rules.last_author(name, before, authors)
        found.append(Taken(name, theirs.get(name, ""), author.by if author is not None else now.by))
    return tuple(found)


async def _saved(unit: Unit, now: Standing, both: tuple[Conflict, ...], taken: tuple[Taken, ...]) -> Saved:
    form: FilledForm = await draft_views.filled(unit.connection, now)
    why_not = draft_views.why_not_taken(now.report, now.round, unit.today)
    return Saved(
        report_id=now.report["id"],
        version=now.version,
        at=now.at,
        typed=now.content.typed,
        explanations=now.content.explanations,
        both=both,
        taken=taken,
        problems=form.reading.problems,
        missing=form.reading.missing,
        checks=form.checks,
        jumps=form.jumps,
        filled=form.filled,
        of=form.of,
        preview=form.preview,
        open=not why_not,
        why_not=why_not,
    )


async def restore_version(unit: Unit, order: RestoreVersion) -> Saved:
    """Makes an earlier version the newest; what stood until now stays in the history."""
    now = await draft_views.standing(unit.connection, order.report_id, hold=True)
    rows = await drafts.since(unit.connection, order.report_id, order.version)
    if not rows or not drafts.holds(rows[0], order.version):
        raise DomainError("no-such-version", f"草稿没有第 {order.version} 版，或已经清理", status=404)
    content = drafts.content(rows[0], order.version)
    if content.flat() == now.content.flat():
        return await _saved(unit, now, (), ())
    now = await _written(unit, now)
    return await _saved(unit, await _keep(unit, now, content, order.version, ()), (), ())


async def submit_draft(unit: Unit, order: SubmitDraft) -> DraftReceipt:
    """Hands in exactly the version its signer saw, if it is complete; answers the receipt, however often it is sent."""
    if not (order.committed and order.signed_by.strip()):
        message = "请阅读承诺，勾选“我承诺所填内容真实”，并写明承诺人姓名后再提交"
        raise DomainError("commitment-missing", message)
    if told := problem_of(order.signed_by):
        raise DomainError("text-unreadable", f"承诺人姓名：{told}")
    now = await draft_views.standing(unit.connection, order.report_id, hold=True)
    why_not = draft_views.why_not_taken(now.report, now.round, unit.today)
    if why_not:
        row = await drafts.latest(unit.connection, order.report_id)
        as_is = () if row is None else (row["version"], now.version)  # the latter: what was handed in, read again
        same = row is not None and row["submitted_as"] == now.report["version"] and order.version in as_is
        if same and now.report["state"] == "submitted":  # the button was pressed twice
            return await draft_views.receipt_of(unit.connection, order.report_id, now.report["version"])
        raise DomainError("report-not-taken", why_not, status=409)
    if order.version != now.version:
        message = f"草稿已由“{now.by}”改到第 {now.version} 版，您看到的是第 {order.version} 版；请核对后再提交"
        raise DomainError("draft-changed", message, status=409)
    form = await draft_views.filled(unit.connection, now)
    problems = form.problems()
    if problems:
        raise ReportIncomplete(problems)
    await _written(unit, now)
    submitted = reports.SubmitReport(
        round_id=now.report["round_id"],
        carrier_id=now.report["carrier_id"],
        figures=dict(form.reading.figures),
        explanation=form.explanation(),
    )
    receipt = await reports.submit_report(unit, submitted)
    signed = {"submitted_as": receipt.version, "signed_by": order.signed_by.strip()}
    await drafts.replace(unit.connection, order.report_id, now.version, **signed)
    return await draft_views.receipt_of(unit.connection, order.report_id, receipt.version)
