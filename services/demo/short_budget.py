"""A budget that was cut: what is approved stays, and what is proposed no longer fits into the rest."""

from sqlalchemy import select

from services.demo.script import HEAD, Scene
from services.incubator.store.tables import BUDGET
from services.incubator.usecases import bookkeeping
from shared.ledger import budgeting

DOCUMENT = "样例财〔2019〕4号"
LESS = budgeting.SetBudget(year=2019, amount="20000000.00", document_no=DOCUMENT)
"""16,910,266.59 yuan are approved or paid and 5,550,737.80 proposed: not all of that fits into the rest, which is large
enough for what the visitor's own grades may bring."""


async def cut(scene: Scene) -> None:
    async with scene.running.unit(HEAD) as unit:
        stands = select(BUDGET.c.document_no).where(BUDGET.c.year == LESS.year)
        if (await unit.connection.execute(stands)).scalar_one() != DOCUMENT:
            await bookkeeping.set_budget(unit, LESS)
