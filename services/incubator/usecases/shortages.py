"""A budget that does not hold all that was proposed: simulate the three ways, then choose one by a document.

What is cut is an entry of the ledger beside the award, with its own explanation; the award stays as it was computed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import changes, ledger, rankings, shortages, trail
from services.incubator.store.tables import BUDGET, PAYMENT, SHORTAGE, SHORTAGE_LINE, SUBSIDY
from services.incubator.usecases.decisions import Reason
from services.incubator.usecases.entries import policy_of, yuan
from services.incubator.usecases.questions import carriers_of
from shared.contracts.incubator import Carrier, SubsidyCut
from shared.core.errors import DomainError
from shared.core.money import in_yuan, yuan_text
from shared.ledger import outcomes
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


async def simulate(connection: AsyncConnection, year: int, way: Way, *, hold: bool = False) -> Simulation:
    """What this way would do to all that is proposed out of the year's budget. Writes nothing.

    no-budget if none is set. `hold`: nobody moves these proposals until this transaction ends.
    """
    budget = (await connection.execute(select(BUDGET).where(BUDGET.c.year == year))).mappings().first()
    if budget is None:
        raise DomainError("no-budget", f"还没有设定 {year} 年的预算，请先设定", status=409)
    envelope = budget["amount_fen"] - await ledger.approved(connection, year)
    proposals = await shortages.proposals(connection, year, hold=hold)
    ranks = {
        round_id: await rankings.ranks(connection, round_id)
        for round_id in {row["round_id"] for row in proposals if row["round_id"] is not None}
    }
    claims = [
        Claim(row["subsidy_id"], row["amount_fen"], ranks.get(row["round_id"], {}).get(row["total"]))
        for row in proposals
    ]
    lines = [Line(*pair) for pair in zip(proposals, share(way, claims, envelope), strict=True)]
    return Simulation(year, way, envelope, sum(claim.fen for claim in claims), lines)


async def deal_with_shortage(unit: Unit, order: DealWithShortage) -> str:
    """Chooses a way for all that is proposed out of the year's budget; answers the decision's id.

    What is cut becomes an entry of the ledger, and the payment is what the award and its cuts come to; what is carried
    stays proposed, for the next year. Nothing is approved by it. no-shortage if the budget holds everything.
    """
    await shortages.hold_budgets(unit.connection, [order.budget_year])
    simulated = await simulate(unit.connection, order.budget_year, order.way, hold=True)
    if simulated.claimed <= max(simulated.envelope, 0):
        left, wanted = (yuan_text(in_yuan(fen)) for fen in (simulated.envelope, simulated.claimed))
        raise DomainError(
            "no-shortage", f"{order.budget_year} 年预算还剩 {left}，已提出 {wanted}，放得下，不需要调整", status=409
        )
    id_ = event_id("shortage", str(order.budget_year), unit.now.isoformat(), unit.by)
    decided = {
        **order.model_dump(),
        "id": id_,
        "envelope_fen": simulated.envelope,
        "claimed_fen": simulated.claimed,
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(SHORTAGE), [decided])
    await trail.record(unit, trail.SHORTAGES, "shortage:decided", [decided])
    why = f"{order.document_no}：{WAYS[order.way]}；{order.reason}"
    await changes.note(unit, "budget", [(str(order.budget_year), None, "shared")], why)
    touched = {each.share.claim.id: each for each in simulated.lines if each.share.took or each.share.carried}
    by = Decided(order.budget_year, order.way, simulated.envelope, simulated.claimed, order.document_no, order.reason)
    awards = await _awards(unit, list(touched))
    said = {award: _explained(by, each.share, awards[award]) for award, each in touched.items()}
    cuts = {
        award: _entry(unit, id_, by, each.share, awards[award], said[award])
        for award, each in touched.items()
        if each.share.took
    }
    await ledger.ROWS.enter(unit.connection, list(cuts.values()), [])
    await trail.record(unit, trail.LEDGER, "subsidy:cut", cuts.values())
    lines = [_line(id_, each.share, cuts, order.budget_year) for each in simulated.lines]
    await unit.connection.execute(insert(SHORTAGE_LINE), lines)
    await _move_payments(unit, [each.share for each in touched.values()], order.budget_year, why)
    carriers = await carriers_of(unit.connection, {row["root"] for row in awards.values()})
    for award, each in touched.items():
        row = awards[award]
        event = _told(by, each.share, row, carriers[row["root"]], said[award])
        unit.tell(event, id_, story=row["story"], cause=row["cause_event_id"])
    return id_


async def _awards(unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    rows = (await unit.connection.execute(select(SUBSIDY).where(SUBSIDY.c.id.in_(ids)))).mappings()
    return {row["id"]: row for row in rows}


def _explained(by: Decided, part: Share, award: RowMapping) -> Explanation:
    return explained(by, part, award["article"], award["policy_version"])


def _entry(unit: Unit, id_: str, by: Decided, part: Share, award: RowMapping, said: Explanation) -> dict[str, Any]:
    """The entry that cuts an award: negative, in the award's own year, explained; its id derived from the award."""
    return {
        **{name: award[name] for name in award if name != "position"},
        "id": event_id(award["id"], "cut", id_),
        "ref": f"{award['ref']}/cut/{id_}",
        "outcome": outcomes.CUT,
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


async def _move_payments(unit: Unit, shares: Sequence[Share], year: int, why: str) -> None:
    """What is left to pay of each: less, nothing (the proposal is over), or all of it out of the next year's budget."""
    moves: list[tuple[str, str | None, str]] = []
    for each in shares:
        state = "proposed" if each.carried or each.after else "cancelled"
        values: dict[str, object] = {"budget_year": year + 1} if each.carried else {"amount_fen": each.after}
        change = update(PAYMENT).where(PAYMENT.c.subsidy_id == each.claim.id, PAYMENT.c.state == "proposed")
        if (await unit.connection.execute(change.values(state=state, **values))).rowcount == 0:
            raise DomainError("payment-moved", "有的拨付刚刚被别人改动，请刷新后再试", status=409)
        moves.append((each.claim.id, "proposed", state))
    await changes.note(unit, "payment", moves, why)


def _told(by: Decided, part: Share, award: RowMapping, carrier: Carrier, said: Explanation) -> SubsidyCut:
    return SubsidyCut(
        subsidy_id=award["id"],
        carrier=carrier,
        cause_event_id=award["cause_event_id"],
        policy=policy_of(award["policy_version"]),
        policy_version=award["policy_version"],
        article=award["article"],
        rule=award["rule"],
        explanation=orjson.loads(said.json),
        explanation_hash=said.hash,
        amount=yuan(part.after),
        computed=yuan(award["amount_fen"]),
        budget_year=by.year,
        carried_to=by.year + 1 if part.carried else None,
        document_no=by.document_no,
        reason=by.reason,
    )
