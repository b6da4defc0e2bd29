"""Erase a technology broker who is a person: name, addresses, what was written of him, the contents of his files. His
deals with their parties, days and amounts, the hashes of files, and everything about money stay."""

from collections.abc import Sequence

from pydantic import BaseModel, Field
from sqlalchemy import select, update

from services.talent.domain import lifecycles
from services.talent.store import broker_erasing, brokers, changes, trail
from services.talent.store.broker_erasing import KeptBroker
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.tables import CHANGE
from services.talent.usecases.contacts import forget_broker
from services.talent.usecases.erasing_award import GONE
from services.talent.usecases.erasing_words import erase_told
from shared.contracts.talent.spoken import ERASED
from shared.evidence.files import files_of, remove_file
from shared.messaging.unit import Unit


class EraseBrokers(BaseModel):
    """清除保存期已满的技术经纪人（个人）的个人信息。"""

    brokers: list[str] = Field(min_length=1, max_length=2000)
    reason: str = Field(min_length=1, max_length=1000)


async def erase_brokers(unit: Unit, order: EraseBrokers) -> list[str]:
    """Erases those of these whose time has passed, and answers their ids."""
    over = [
        each
        for each in await broker_erasing.of_brokers(unit.connection, order.brokers)
        if each.keeping.is_over(unit.today)
    ]
    for each in over:
        await erase_broker(unit, each.row["id"], order.reason)
    return [each.row["id"] for each in over]


def held(kept: Sequence[KeptBroker], unit: Unit) -> list[str]:
    """Why those who ask for it may not be erased yet."""
    return [
        f"技术经纪人“{each.row['name']}”{each.keeping.says}"
        for each in kept
        if not (each.keeping.on_request or each.keeping.is_over(unit.today))
    ]


async def erase_broker(unit: Unit, broker_id: str, reason: str) -> None:
    """Erases him once. His name becomes a word that says so, for payments of the ledger go on naming their payee."""
    row = await changes.found(unit.connection, BROKER, broker_id, "技术经纪人", hold=True)
    if row["erased_at"] is not None:
        return
    gone = {"name": ERASED, "contact_name": "", "email": "", "phone": "", "account": None, "answer": ""}
    change = update(BROKER).where(BROKER.c.id == broker_id)
    await unit.connection.execute(change.values(**gone, erased_at=unit.now))
    await unit.connection.execute(update(DEAL).where(DEAL.c.broker_id == broker_id).values(answer=""))
    of = select(DEAL.c.id, DEAL.c.state).where(DEAL.c.broker_id == broker_id).order_by(DEAL.c.id)
    deals = (await unit.connection.execute(of)).all()
    for id_ in (broker_id, *(deal.id for deal in deals)):
        await unit.connection.execute(update(CHANGE).where(CHANGE.c.of == id_).values(why=""))
        await trail.erased(unit, trail.CHANGES, id_)
        await erase_told(unit, id_)
    for deal in deals:
        await _files(unit, deal.id)
    await changes.note(unit, "deal", [(deal.id, deal.state, deal.state) for deal in deals], reason)
    await changes.note(unit, "broker", [(broker_id, row["state"], row["state"])], reason)
    await changes.note(unit, lifecycles.BROKER_PERSON.noun, [(broker_id, "kept", "erased")], reason)
    await forget_broker(unit, broker_id)


async def _files(unit: Unit, deal_id: str) -> None:
    """The contents go once this is committed; which hashes were claimed with stays."""
    file = EVIDENCE.evidence
    for place in brokers.PLACES:
        owner = brokers.owner_of(deal_id, place)
        for row in await files_of(unit.connection, EVIDENCE, owner):
            await remove_file(unit, EVIDENCE, row["id"])
        named = update(file).where(file.c.owner_kind == owner.kind, file.c.owner_id == owner.id)
        await unit.connection.execute(named.values(name=GONE))
