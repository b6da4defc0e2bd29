"""The reward of a deal: claimed a year after its completion with what was really paid, checked by the office, computed
on the bus by article 26 of 大政发〔2017〕52号."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.talent.domain import lifecycles
from services.talent.domain.broker_reward import POLICY, claimable_from, day_of_claim
from services.talent.store import brokers, changes, trail
from services.talent.store.broker_tables import DEAL, DEAL_CLAIM
from services.talent.store.broker_trail import CLAIMS
from services.talent.usecases.deals import changeable, money
from shared.contracts.talent import TalentBrokerClaimed, TalentDealDecided
from shared.core.errors import DomainError
from shared.core.money import fen_text
from shared.evidence.states import INFECTED
from shared.messaging.unit import Unit
from shared.policy import load_policy
from shared.reading.typed_fields import TypedFields


class ClaimReward(BaseModel):
    """申请一笔成交的奖励：实际发生的技术交易额（元），附到账凭证。"""

    deal_id: str
    actual: str


class ClaimOnPaper(ClaimReward):
    """按纸质材料登记奖励申请：收到日期、材料说明、实际发生的技术交易额（元）。"""

    received_on: str
    paper: str


class ConfirmClaim(BaseModel):
    """核定一笔奖励申请：确认第几次申请。"""

    deal_id: str
    number: int = Field(ge=1, le=1000)
    reason: str = Field(default="", max_length=2000)


class RefuseClaim(ConfirmClaim):
    """退回补正，或不予奖励；写明理由。"""


async def claim_reward(unit: Unit, order: ClaimReward) -> date:
    """Claims the reward with files that prove contract and payment. Answers the day the claim has; claimed again while
    it waits, it is told so."""
    row = await changeable(unit, order.deal_id)
    fields = TypedFields({"actual": order.actual}, unit.today)
    actual = money(fields, "actual", "实际交易额")
    fields.check()
    files = await brokers.files(unit.connection, row["id"])
    missing = [brokers.PLACES[place] for place, rows in files.items() if not rows]
    if missing:
        raise DomainError("evidence-missing", f"请先附上：{'、'.join(missing)}")
    return await _claim(unit, row, actual, unit.today, "")


async def claim_on_paper(unit: Unit, order: ClaimOnPaper) -> date:
    """As the office enters it: `received_on` is the day it came, `paper` what it came with."""
    row = await changeable(unit, order.deal_id)
    fields = TypedFields(order.model_dump(), unit.today)
    actual = money(fields, "actual", "实际交易额")
    received = fields.day("received_on", "收到日期")
    paper = fields.line("paper", "材料说明", 500)
    fields.check()
    return await _claim(unit, row, actual, received or unit.today, paper)


async def _claim(unit: Unit, row: RowMapping, actual: int, on: date, paper: str) -> date:
    first = claimable_from(load_policy(POLICY), row["completed_on"], on)
    day = day_of_claim(row["claimed_on"], on, first)
    if day < first:
        told = f"完成转化日期是 {row['completed_on']}，{first} 起才能申请奖励；请到那天再申请"
        raise DomainError("claim-too-early", told, status=409)
    found = await brokers.files(unit.connection, row["id"])
    infected = [each["name"] for rows in found.values() for each in rows if each["state"] == INFECTED]
    if infected:
        told = f"附件“{'”、“'.join(infected)}”查出病毒，已经删除；请移除，换一份干净的，再申请"
        raise DomainError("evidence-infected", told)
    number = row["claims"] + 1
    claim: dict[str, Any] = {
        "deal_id": row["id"], "number": number, "claimed_on": day, "completed_on": row["completed_on"],
        "actual_fen": actual, "paper": paper, "by": unit.by, "at": unit.now,
        "files": [
            {"place": place, "evidence_id": each["id"], "sha256": each["sha256"]}
            for place, rows in found.items()
            for each in rows
        ],
    }  # fmt: skip
    await unit.connection.execute(insert(DEAL_CLAIM), [claim])
    await trail.record(unit, CLAIMS, "deal:claimed", [claim])
    values = {"claims": number, "claimed_on": day, "actual_fen": actual}
    await changes.move(unit, lifecycles.DEAL, DEAL, row["id"], "claimed", paper, **values)
    return day


async def confirm_claim(unit: Unit, order: ConfirmClaim) -> None:
    """Contract, completion and payment are proved: the reward is computed. Confirmed twice it is told once."""
    row = await _waiting(unit, order, "confirmed")
    if row is None:
        return
    reason = " ".join(order.reason.split())
    values = {"answer": reason, "decided_on": unit.today}
    await changes.move(unit, lifecycles.DEAL, DEAL, row["id"], "confirmed", reason, **values)
    told = TalentBrokerClaimed.model_validate(
        {
            "deal_id": row["id"], "contract_no": row["contract_no"], "org_id": row["broker_id"],
            "date": row["claimed_on"].isoformat(), "contract_key": row["contract_key"],
            "completed_on": row["completed_on"].isoformat(), "actual_trade_value": fen_text(row["actual_fen"]),
        }
    )  # fmt: skip
    unit.tell(told, story=row["id"])
    _tell_decided(unit, row, "confirmed", reason)


async def return_claim(unit: Unit, order: RefuseClaim) -> None:
    """Back to the broker, with what is to be put right."""
    await _answer(unit, order, "returned")


async def refuse_claim(unit: Unit, order: RefuseClaim) -> None:
    """Nothing is paid for it."""
    await _answer(unit, order, "refused")


async def _answer(unit: Unit, order: RefuseClaim, after: str) -> None:
    reason = " ".join(order.reason.split())
    if not reason:
        raise DomainError("reason-missing", "请写明理由，本人在自己的页面上看得到")
    row = await _waiting(unit, order, after)
    if row is not None:
        values = {"answer": reason, "decided_on": unit.today}
        await changes.move(unit, lifecycles.DEAL, DEAL, row["id"], after, reason, **values)
        _tell_decided(unit, row, after, reason)


def _tell_decided(unit: Unit, row: RowMapping, outcome: str, reason: str) -> None:
    """The letter to the broker; a claim is decided once."""
    said = {
        "org_id": row["broker_id"], "deal_id": row["id"], "contract_no": row["contract_no"], "number": row["claims"],
        "outcome": outcome, "reason": reason or None,
    }  # fmt: skip
    unit.tell(TalentDealDecided.model_validate(said), str(row["claims"]), story=row["id"])


async def _waiting(unit: Unit, order: ConfirmClaim, after: str) -> RowMapping | None:
    """The deal as that claim left it, held; None if it was decided this way already."""
    row = await changes.found(unit.connection, DEAL, order.deal_id, "成交", hold=True)
    if row["claims"] != order.number:
        told = f"这笔成交现在是第 {row['claims']} 次申请，您看的是第 {order.number} 次，请刷新后再办"
        raise DomainError("claim-moved", told, status=409)
    return None if row["state"] == after else row
