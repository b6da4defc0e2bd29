"""Note contacts: keep who is written to for an organisation or as a person, send what has waited for an address, and
erase whom nobody may write to any more."""

from collections.abc import Collection, Sequence
from typing import Any

from services.notify.domain import states
from services.notify.domain.addresses import checked
from services.notify.domain.letters import BY_NAME
from services.notify.domain.wording import line
from services.notify.store import contacts, messages
from services.notify.store.contacts import receiver_of
from services.notify.store.tables import SPINE, Contact
from services.notify.usecases.telling import tell_moved
from shared.contracts.envelope import body_of
from shared.contracts.letters import Receiver
from shared.messaging import parking
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit


async def note_contacts(received: Sequence[Received[Any]], unit: Unit) -> None:
    """Keeps the newest of each recipient by the time it happened; letters that had no address go to the first contact.
    Of one that is erased neither name nor address is left, on no letter and in nothing parked either; what has not gone
    to him waits for a new address.

    bad-address if an address cannot be written to: that event is put aside for a person, the others are kept.
    """
    await contacts.while_changing(unit.connection)
    newest: dict[tuple[str, str], Contact] = {}
    for each in received:
        event = each.event
        row = Contact(
            owner=event.told_by(),
            recipient_id=event.recipient_id,
            org_id=event.org_id,
            person_id=event.person_id,
            role=line(event.role),
            name=line(event.name),
            email="" if event.erased else checked(event.email),
            account=None if event.erased else event.account,
            link=None if event.erased else event.link,
            changed_at=each.envelope.time,
        )
        before = newest.get((row.owner, row.recipient_id))
        if before is None or before.changed_at <= row.changed_at:
            newest[row.owner, row.recipient_id] = row
    await contacts.put(unit.connection, list(newest.values()))
    because = received[-1].envelope.id  # of each letter, what is heard together makes one move into a state
    for owner in sorted({row.owner for row in newest.values()}):
        told = [row for row in newest.values() if row.owner == owner]
        gone = await contacts.erased(unit.connection, owner, [row.recipient_id for row in told if not row.email])
        stopped = await messages.without_contact(unit.connection, owner, gone)
        await messages.forget(unit.connection, owner, gone)
        await _forget_parked(unit, [each.event for each in received if each.event.told_by() == owner], gone)
        tell_moved(unit, stopped, states.NO_ADDRESS, because)
        await _address_what_waits(unit, owner, {Receiver(row.org_id, row.person_id) for row in told}, because)


async def _forget_parked(unit: Unit, told: Collection[Any], gone: Collection[str]) -> None:
    """An address nothing could be sent to was put aside with its event; it goes with its contact."""
    for event in told:
        if event.erased and event.recipient_id in gone:
            await parking.forget(unit.connection, SPINE, event.subject(), body_of(event))


async def _address_what_waits(unit: Unit, owner: str, receivers: Collection[Receiver], because: str) -> None:
    waiting = await messages.without_address(unit.connection, owner, receivers)
    known = await contacts.of_receivers(unit.connection, owner, {receiver_of(row) for row in waiting})
    goes: dict[str, list[Any]] = {states.HELD: [], states.QUEUED: []}
    changes = []
    for row in waiting:
        if receiver_of(row) not in known:  # the contact was erased, or has moved to another organisation meanwhile
            continue
        first = known[receiver_of(row)][0]
        kind = BY_NAME.get(row["letter"])
        state = states.HELD if kind is None or kind.waits else states.QUEUED
        changes.append({"of": row["id"], "into": state, "name": first["name"], "email": first["email"]})
        goes[state].append(row)
    await messages.address(unit.connection, changes)
    for state, rows in goes.items():
        tell_moved(unit, rows, state, because)
