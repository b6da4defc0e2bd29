"""Compute but do not send: what a round comes to as things stand, done whole in a transaction that is never committed.

What nobody has done yet is taken as done; every such assumption is told beside the result.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, delete, update

from services.incubator.store import changes, dry_runs, ledger
from services.incubator.store.tables import EVALUATION, OBJECTION, REPORT, ROUND
from services.incubator.usecases.finalising import FinaliseRound, finalise_round
from services.incubator.usecases.foreseen import Mail, foresee
from services.incubator.usecases.grading import GradeRound, PubliciseRound, grade_round, publicise_round
from services.incubator.usecases.rounds import CloseRound, close_round
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.ledger import outcomes
from shared.messaging.unit import Unit
from shared.running.running import Running

NOT_YET = {"planned": "还没有开放，没有填报可以试算", "cancelled": "已经撤销，没有可以试算的"}


class Ranked(NamedTuple):
    """One carrier of the round with what it would get: rows of the ledger, there already or not."""

    rank: int | None
    row: RowMapping
    entries: tuple[RowMapping, ...]

    @property
    def fen(self) -> int:
        return sum(awarded(each) for each in self.entries)


class Budget(NamedTuple):
    """What a year's budget holds, and what is approved or paid out of it, in fen."""

    year: int
    amount_fen: int
    approved_fen: int


@dataclass(frozen=True)
class DryRun:
    """`assumed`: what was taken as done. `mails`: letters that would go out, by kind."""

    round: RowMapping
    today: date
    ranking: tuple[Ranked, ...]
    elsewhere: tuple[RowMapping, ...]
    """Rows of other stories that the settlement would enter, too."""
    mails: tuple[Mail, ...]
    assumed: tuple[str, ...]
    budget: Budget | None

    @property
    def total_fen(self) -> int:
        return sum(each.fen for each in self.ranking) + sum(map(awarded, self.elsewhere))

    @property
    def waiting_fen(self) -> int:
        """The most that entries waiting for a decision may come to."""
        entries = [each for ranked in self.ranking for each in ranked.entries]
        return sum(each["ceiling_fen"] or 0 for each in entries if each["outcome"] == outcomes.WAITING)

    @property
    def left_fen(self) -> int | None:
        """What would be left of the budget; below zero it is short by that much."""
        if self.budget is None:
            return None
        return self.budget.amount_fen - self.budget.approved_fen - self.total_fen

    @property
    def grades(self) -> Mapping[str | None, int]:
        return Counter(each.row["grade"] for each in self.ranking)

    @property
    def letters(self) -> list[tuple[str, int, list[str]]]:
        """Each kind of letter, how many of it, and who has no mail address."""
        found: dict[str, list[Mail]] = {}
        for mail in self.mails:
            found.setdefault(mail.title, []).append(mail)
        return [(title, len(kept), [each.to for each in kept if not each.address]) for title, kept in found.items()]


def awarded(entry: RowMapping) -> int:
    """What an entry adds to the ledger, in fen; a ceiling that waits adds nothing yet."""
    return (entry["amount_fen"] or 0) if entry["outcome"] in (outcomes.AWARDED, outcomes.CUT, outcomes.REVERSAL) else 0


async def dry_run(running: Running, by: str, round_id: str) -> DryRun:
    """Closes, grades, publicises and finalises the round and settles what follows; then none of it ever was.

    A round that is finalised has its result: that is shown as it stands in the ledger.
    """
    seen: dict[str, Any] = {}

    async def work(unit: Unit) -> None:
        row = await changes.found(unit.connection, ROUND, round_id, "考评批次")
        if row["state"] in NOT_YET:
            raise DomainError(f"round-is-{row['state']}", f"这一批次{NOT_YET[row['state']]}", status=409)
        seen["round"], seen["today"] = row, unit.today
        assumed = [told async for told in _graded(unit, row)]
        seen["ranking"] = await dry_runs.ranking(unit.connection, round_id)
        seen["assumed"] = [*assumed, *[told async for told in _finalised(unit, row)]]
        seen["there"] = await dry_runs.entered(unit.connection, [each["id"] for each in seen["ranking"]])
        seen["budget"] = await _budget(unit, row["year"] + 1)

    foreseen = await foresee(running, by, work)
    entries = [*seen["there"], *(each.entry for each in foreseen.amounts)]
    by_story: dict[str, list[RowMapping]] = {}
    for entry in entries:
        by_story.setdefault(entry["story"], []).append(entry)
    ranking = tuple(_ranked(seen["ranking"], by_story))
    own = {each.row["id"] for each in ranking}
    elsewhere = tuple(entry for story, kept in by_story.items() if story not in own for entry in kept)
    return DryRun(
        seen["round"], seen["today"], ranking, elsewhere, foreseen.mails, tuple(seen["assumed"]), seen["budget"]
    )


def _ranked(rows: Sequence[RowMapping], entries: Mapping[str, Sequence[RowMapping]]) -> Iterator[Ranked]:
    """Equal totals share a rank, the next counts on from all before it."""
    rank, last = 0, None
    for place, row in enumerate(rows, 1):
        total = None if row["total"] is None else Decimal(row["total"])
        if total != last:
            rank, last = place, total
        yield Ranked(None if total is None else rank, row, tuple(entries.get(row["id"], ())))


async def _graded(unit: Unit, row: RowMapping) -> AsyncIterator[str]:
    """Grades what has no grades yet; tells each thing that is taken as done."""
    if row["state"] not in ("open", "closed"):
        return
    async for told in _as_if_reported(unit, row["id"]):
        yield told
    if row["state"] == "open":
        await close_round(unit, CloseRound(round_id=row["id"]))
        yield f"填报还没有截止（{row['closes_on']}），按现在截止计"
    await grade_round(unit, GradeRound(round_id=row["id"], without_open_reviews=True))
    yield "没有收齐的专家评分不再等待"


async def _finalised(unit: Unit, row: RowMapping) -> AsyncIterator[str]:
    """Publicises and finalises what is not final yet; tells each thing that is taken as done."""
    if row["state"] == "finalised":
        return
    if row["state"] != "publicised":
        async for told in _as_if_public(unit, row["id"]):
            yield told
    async for told in _as_if_past(unit, row["id"]):
        yield told
    await finalise_round(unit, FinaliseRound(round_id=row["id"]))
    yield f"等次按今天（{unit.today}）确定计，适用今天有效的政策"


async def _as_if_reported(unit: Unit, round_id: str) -> AsyncIterator[str]:
    counts = await dry_runs.states(unit.connection, round_id)
    of = REPORT.c.round_id == round_id
    if counts.get("submitted"):
        taken = update(REPORT).where(of, REPORT.c.state == "submitted").values(state="accepted")
        await unit.connection.execute(taken)
        yield f"{counts['submitted']} 份已提交、待受理的填报按受理计"
    if counts.get("returned"):
        over = update(REPORT).where(of, REPORT.c.state == "returned").values(deadline=add_days(unit.today, -1))
        await unit.connection.execute(over)
        yield f"{counts['returned']} 份退回的填报按没有更正计"
    if counts.get("due"):
        yield f"{counts['due']} 家没有提交，按没有填报计"


async def _as_if_public(unit: Unit, round_id: str) -> AsyncIterator[str]:
    without = delete(EVALUATION).where(EVALUATION.c.round_id == round_id, EVALUATION.c.grade.is_(None))
    left_out = (await unit.connection.execute(without)).rowcount
    if left_out:
        yield f"{left_out} 家数据有误或评分不全，没有等次，没有计入"
    await publicise_round(unit, PubliciseRound(round_id=round_id))


async def _as_if_past(unit: Unit, round_id: str) -> AsyncIterator[str]:
    open_ = await dry_runs.objected(unit.connection, round_id)
    if open_:
        evaluations = EVALUATION.select().with_only_columns(EVALUATION.c.id).where(EVALUATION.c.round_id == round_id)
        held = update(OBJECTION).where(OBJECTION.c.evaluation_id.in_(evaluations), OBJECTION.c.state == "filed")
        await unit.connection.execute(held.values(state="rejected"))
        yield f"{open_} 件没有处理完的异议按不成立计"
    over = update(ROUND).where(ROUND.c.id == round_id).values(public_until=add_days(unit.today, -1))
    await unit.connection.execute(over)
    yield "公示按已经期满计"


async def _budget(unit: Unit, year: int) -> Budget | None:
    """The budget a round is paid from: that of the year after its own, or of this year."""
    for each in (year, unit.today.year):
        row = await dry_runs.budget(unit.connection, each)
        if row is not None:
            return Budget(each, row["amount_fen"], await ledger.approved(unit.connection, each))
    return None
