"""A budget that does not hold all that was proposed: simulate the three ways, then choose one by a document.

What is cut is an entry of the ledger beside the award, with its own explanation; the award stays as it was computed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_yuan, yuan_text
from shared.ledger.entries import told_of
from shared.ledger.orders import Reason
from shared.ledger.outcomes import CUT
from shared.ledger.questions import parties_of
from shared.ledger.service import Ledger
from shared.ledger.short import WAYS, Claim, Share, Way, share
from shared.ledger.short_words import Decided, explained
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.policy.steps import Explanation


class DealWithShortage(BaseModel):
    """预算不足时，选定一种办法安排一个年度已经提出的拨付，写明文号和理由。"""

    budget_year: int = Field(ge=2000, le=2100)
    way: Way
    """proportional 同比例核减，by_rank 按名次安排，next_year 转入下一预算年度。"""
    document_no: str = Field(min_length=1, max_length=100)
    reason: Reason


class Line(NamedTuple):
    """A proposal and its share."""

    proposal: RowMapping
    share: Share


class Simulation(NamedTuple):
    """What one way would come to, in fen. `envelope` is what is left of the budget."""

    year: int
    way: Way
    envelope: int
    claimed: int
    lines: Sequence[Line]

    @property
    def given(self) -> int:
        return sum(each.share.after for each in self.lines)

    @property
    def cut(self) -> int:
        return sum(each.share.took for each in self.lines)

    @property
    def carried(self) -> int:
        return sum(each.share.claim.fen for each in self.lines if each.share.carried)

    @property
    def left(self) -> int:
        """What nobody gets: an envelope that holds no further whole amount."""
        return max(self.envelope, 0) - self.given


async def simulate(
    ledger: Ledger, connection: AsyncConnection, year: int, way: Way, *, hold: bool = False
) -> Simulation:
    """What this way would do to all that is proposed out of the year's budget. Writes nothing.

    no-budget if none is set. `hold`: nobody moves these proposals until this transaction ends.
    """
    table = ledger.tables.budget
    budget = (await connection.execute(select(table).where(table.c.year == year))).mappings().first()
    if budget is None:
        raise DomainError("no-budget", f"还没有设定 {year} 年的预算，请先设定", status=409)
    envelope = budget["amount_fen"] - await ledger.rows.approved(connection, year)
    proposals = await ledger.shortfalls.proposals(connection, year, ledger.named, hold=hold)
    ranks = await ledger.ranks(connection, [row["subsidy_id"] for row in proposals])
    claims = [Claim(row["subsidy_id"], row["amount_fen"], ranks.get(row["subsidy_id"])) for row in proposals]
    lines = [Line(*pair) for pair in zip(proposals, share(way, claims, envelope), strict=True)]
    return Simulation(year, way, envelope, sum(claim.fen for claim in claims), lines)


async def deal_with_shortage(ledger: Ledger, unit: Unit, order: DealWithShortage) -> str:
    """Chooses a way for all that is proposed out of the year's budget; answers the decision's id.

    What is cut becomes an entry of the ledger, and the payment is what the award and its cuts come to; what is carried
    stays proposed, for the next year. Nothing is approved by it. no-shortage if the budget holds everything.
    """
    await ledger.shortfalls.hold_budgets(unit.connection, [order.budget_year])
    simulated = await simulate(ledger, unit.connection, order.budget_year, order.way, hold=True)
    if simulated.claimed <= max(simulated.envelope, 0):
        left, wanted = (yuan_text(in_yuan(fen)) for fen in (simulated.envelope, simulated.claimed))
        raise DomainError(
            "no-shortage", f"{order.budget_year} 年预算还剩 {left}，已提出 {wanted}，放得下，不需要调整", status=409
        )
    await _all_may_be_paid(ledger, unit, simulated)
    id_ = event_id("shortage", str(order.budget_year), unit.now.isoformat(), unit.by)
    decided = {
        **order.model_dump(),
        "id": id_,
        "envelope_fen": simulated.envelope,
        "claimed_fen": simulated.claimed,
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(ledger.tables.shortage), [decided])
    await ledger.trailing.record(unit, ledger.recorded.shortages, "shortage:decided", [decided])
    why = f"{order.document_no}：{WAYS[order.way]}；{order.reason}"
    await ledger.changes.note(unit, "budget", [(str(order.budget_year), None, "shared")], why)
    touched = {each.share.claim.id: each for each in simulated.lines if each.share.took or each.share.carried}
    by = Decided(
        order.budget_year, order.way, simulated.envelope, simulated.claimed, order.document_no, order.reason,
        ledger.noun, ledger.ranking,
    )  # fmt: skip
    awards = await _awards(ledger, unit, list(touched))
    said = {award: _explained(by, each.share, awards[award]) for award, each in touched.items()}
    cuts = {
        award: _entry(unit, id_, by, each.share, awards[award], said[award])
        for award, each in touched.items()
        if each.share.took
    }
    await ledger.rows.enter(unit.connection, list(cuts.values()), [])
    await ledger.trailing.record(unit, ledger.recorded.entries, "subsidy:cut", cuts.values())
    lines = [_line(id_, each.share, cuts, order.budget_year) for each in simulated.lines]
    await unit.connection.execute(insert(ledger.tables.shortage_line), lines)
    await _move_payments(ledger, unit, [each.share for each in touched.values()], order.budget_year, why)
    parties = await parties_of(ledger, unit.connection, {row["root"] for row in awards.values()})
    for award, each in touched.items():
        row = awards[award]
        event = _told(ledger, by, each.share, row, parties[row["root"]], said[award])
        unit.tell(event, id_, story=row["story"], cause=row["cause_event_id"])
    return id_


async def _all_may_be_paid(ledger: Ledger, unit: Unit, simulated: Simulation) -> None:
    """What is held or stopped would take a share of the budget from those that can be paid, and a cut is for good."""
    kept_back = await ledger.withheld(unit.connection, [each.proposal["id"] for each in simulated.lines], hold=False)
    if kept_back:
        id_, why = next(iter(kept_back.items()))
        message = f"{len(kept_back)} 笔已提出的现在不能拨付，例如“{id_}”（{why}）；请先撤回这些提出，再决定怎样安排"
        raise DomainError("withheld", message, status=409)


async def _awards(ledger: Ledger, unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    subsidy = ledger.tables.subsidy
    rows = (await unit.connection.execute(select(subsidy).where(subsidy.c.id.in_(ids)))).mappings()
    return {row["id"]: row for row in rows}


def _explained(by: Decided, part: Share, award: RowMapping) -> Explanation:
    return explained(by, part, award["article"], award["policy_version"])


def _entry(unit: Unit, id_: str, by: Decided, part: Share, award: RowMapping, said: Explanation) -> dict[str, Any]:
    """The entry that cuts an award: negative, in the award's own year, explained; its id derived from the award."""
    return {
        **{name: award[name] for name in award if name != "position"},
        "id": event_id(award["id"], "cut", id_),
        "ref": f"{award['ref']}/cut/{id_}",
        "outcome": CUT,
        "reason": f"{by.year} 年预算不足，{WAYS[by.way]}（{by.document_no}）",
        "on_date": unit.today,
        "year": award["year"] or award["on_date"].year,
        "amount_fen": -part.took,
        "explanation": said.json,
        "explanation_hash": said.hash,
        "entered_at": unit.now,
    }


def _line(id_: str, part: Share, cuts: Mapping[str, Mapping[str, Any]], year: int) -> dict[str, Any]:
    award = part.claim.id
    return {
        "shortage_id": id_,
        "subsidy_id": award,
        "entry_id": cuts[award]["id"] if award in cuts else None,
        "before_fen": part.claim.fen,
        "after_fen": part.after,
        "carried_to": year + 1 if part.carried else None,
    }


async def _move_payments(ledger: Ledger, unit: Unit, shares: Sequence[Share], year: int, why: str) -> None:
    """What is left to pay of each: less, nothing (the proposal is over), or all of it out of the next year's budget."""
    payment = ledger.tables.payment
    moves: list[tuple[str, str | None, str]] = []
    for each in shares:
        state = "proposed" if each.carried or each.after else "cancelled"
        values: dict[str, object] = {"budget_year": year + 1} if each.carried else {"amount_fen": each.after}
        change = update(payment).where(payment.c.subsidy_id == each.claim.id, payment.c.state == "proposed")
        if (await unit.connection.execute(change.values(state=state, **values))).rowcount == 0:
            raise DomainError("payment-moved", "有的拨付刚刚被别人改动，请刷新后再试", status=409)
        moves.append((each.claim.id, "proposed", state))
    await ledger.changes.note(unit, "payment", moves, why)


def _told(ledger: Ledger, by: Decided, part: Share, award: RowMapping, party: BaseModel, said: Explanation) -> Event:
    return ledger.telling.cut.model_validate({
        **told_of(ledger, award, party),
        "explanation": orjson.loads(said.json),
        "explanation_hash": said.hash,
        "amount": fen_text(part.after),
        "computed": fen_text(award["amount_fen"]),
        "budget_year": by.year,
        "carried_to": by.year + 1 if part.carried else None,
        "document_no": by.document_no,
        "reason": by.reason,
    })  # fmt: skip
