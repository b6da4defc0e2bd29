"""What people do with the talent service's money in tests; what the bus would carry is handed over by `settled`."""

from typing import Any

from sqlalchemy import RowMapping, select

from services.talent.store import money
from services.talent.store.tables import SPINE
from services.talent.usecases import bookkeeping, instalments, payee_accounts
from shared.contracts.catalogue import EVENTS
from shared.contracts.envelope import Envelope
from shared.contracts.talent import (
    TalentGrantPaid,
    TalentInstalmentReleased,
    TalentInterestClaimed,
    TalentSettlementRequested,
)
from shared.ledger import budgeting, paying
from shared.messaging.consumer import Received
from tests.integration.award_hands import Hands
from tests.integration.talent_office import Office

ACCOUNT = {
    "holder": "样例大学 1", "bank": "样例银行", "branch": "样例支行", "number": "2102016800005250", "explanation": "",
}  # fmt: skip


class Grants:
    """The ledger of an office with awards."""

    def __init__(self, office: Office) -> None:
        self.office, self.hands = office, Hands(office)
        self._heard: set[str] = set()

    async def settled(self) -> None:
        """Hands over what was told and not heard yet, until nothing more follows."""
        while new := await self._new():
            for types, does in (
                ((TalentInstalmentReleased, TalentInterestClaimed, TalentSettlementRequested), bookkeeping.settle),
                ((TalentGrantPaid,), instalments.note_grants_paid),
            ):
                heard = [each for each in new if isinstance(each.event, types)]
                if heard:
                    async with self.office.unit("system") as unit:
                        await does(heard, unit)

    async def _new(self) -> list[Received[Any]]:
        outbox = SPINE.outbox
        query = select(outbox).where(outbox.c.event_id.not_in(self._heard)).order_by(outbox.c.position)
        async with self.office.engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        self._heard |= {row["event_id"] for row in rows}
        return [
            Received(
                EVENTS[row["subject"]].model_validate_json(bytes(row["body"])),
                Envelope(row["event_id"], "/talent", self.office.instant, "", row["correlation_id"], None, None),
            )
            for row in rows
            if row["subject"] in EVENTS
        ]

    async def entries(self, award_id: str) -> list[RowMapping]:
        async with self.office.engine.connect() as connection:
            return list(await money.entries_of(connection, award_id))

    async def account(self) -> None:
        async with self.office.unit("T-01") as unit:
            order = payee_accounts.ConfirmAccount(payee_id="T-01", based_on=0, committed=True, **ACCOUNT)
            await payee_accounts.confirm_account(unit, order)

    async def budget(self, amount: str = "1000000", year: int = 2018) -> None:
        async with self.office.unit("head") as unit:
            order = budgeting.SetBudget(year=year, amount=amount, document_no="样例财〔2018〕1号")
            await bookkeeping.set_budget(unit, order)

    async def propose(self, *ids: str, by: str = "clerk", year: int = 2018) -> None:
        async with self.office.unit(by) as unit:
            await bookkeeping.propose_payments(unit, paying.ProposePayments(subsidy_ids=list(ids), budget_year=year))

    async def approve(self, *ids: str, by: str = "head") -> None:
        async with self.office.unit(by) as unit:
            await bookkeeping.approve_payments(unit, paying.ApprovePayments(subsidy_ids=list(ids)))

    async def pay(self, *ids: str) -> None:
        async with self.office.unit("finance") as unit:
            order = paying.PaySubsidies(subsidy_ids=list(ids), paid_on=unit.today, document_no="样例财〔2018〕12号")
            await bookkeeping.pay_grants(unit, order)

    async def proposed(self, award_id: str, budget: str = "1000000") -> str:
        """The first instalment, computed and proposed to be paid; the id of its entry."""
        await self.settled()
        (entry,) = await self.entries(award_id)
        await self.account()
        await self.budget(budget)
        await self.propose(entry["id"])
        return str(entry["id"])

    async def approved(self, award_id: str) -> str:
        id_ = await self.proposed(award_id)
        await self.approve(id_)
        return id_

    async def paid_first(self, award_id: str) -> str:
        """The first instalment goes all its way; the id of its entry."""
        id_ = await self.approved(award_id)
        await self.pay(id_)
        await self.settled()
        return id_
