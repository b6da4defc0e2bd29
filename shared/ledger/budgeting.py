"""Set what may be approved in a year: never less than what is approved already."""

from decimal import Decimal

from pydantic import BaseModel, Field

from shared.core.errors import DomainError
from shared.core.money import in_fen, in_yuan, yuan_text
from shared.db.entering import enter
from shared.ledger.service import Ledger
from shared.messaging.unit import Unit
from shared.reading.figures import NUMBER, blank_for, read_text

AMOUNT = blank_for(NUMBER, "yuan")
"""A budget is typed as any amount is: 9000000, 9,000,000.00 or 900万."""


class SetBudget(BaseModel):
    """设定一个年度可以批准的补助总额（元）。"""

    year: int = Field(ge=2000, le=2100)
    amount: str
    document_no: str = Field(min_length=1)


async def set_budget(ledger: Ledger, unit: Unit, order: SetBudget) -> None:
    found = read_text(AMOUNT, order.amount)
    if found.figure is None:
        raise DomainError("bad-amount", found.problem or "请填写金额")
    amount = Decimal(found.figure)
    fen = in_fen(amount)
    await ledger.shortfalls.hold_budgets(unit.connection, [order.year])  # nobody approves out of it meanwhile
    taken = await ledger.rows.approved(unit.connection, order.year)
    if fen is None or fen < taken:
        told = yuan_text(in_yuan(taken))
        raise DomainError("budget-too-small", f"{order.year} 年已经批准 {told}，预算不能低于这个数", status=409)
    row = {"year": order.year, "amount_fen": fen, "document_no": order.document_no}
    await enter(unit.connection, ledger.tables.budget, [row])
    why = f"{order.document_no}：{yuan_text(amount)}"
    await ledger.changes.note(unit, "budget", [(str(order.year), None, "set")], why)
