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
from services.notify.store.tables import Contact
from services.notify.usecases.telling import tell_moved
from shared.contracts.letters import Receiver
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit


async def note_contacts(received: Sequence[Received[Any]], unit: Unit) -> None:
    """Keeps the newest of each recipient by the time it happened; letters that had no address go to the first contact.
    Of one that is erased neither name nor address is left, and what has not gone to him waits for a new address.

    bad-address if an address cannot be written to: that event is put aside for a person, the others are kept.
    """
    await contacts.while_changing(unit.connection)
    newest: dict[str, Contact] = {}
    for each in received:
        event = each.event
        row = Contact(
            recipient_id=event.recipient_id,
            org_id=event.org_id,
            person_id=event.person_id,
            role=line(event.role),
            name=line(event.name),
            email="" if event.erased else checked(event.email),
            changed_at=each.envelope.time,
        )
        before = newest.get(row.recipient_id)
        if before is None or before.changed_at <= row.changed_at:
            newest[row.recipient_id] = row
    await contacts.put(unit.connection, list(newest.values()))
    erased = await contacts.erased(unit.connection, [row.recipient_id for row in newest.values() if not row.email])
    tell_moved(unit, await messages.without_contact(unit.connection, erased), states.NO_ADDRESS)
    await _address_what_waits(unit, {Receiver(row.org_id, row.person_id) for row in newest.values()})


async def _address_what_waits(unit: Unit, receivers: Collection[Receiver]) -> None:
    waiting = await messages.without_address(unit.connection, receivers)
    known = await contacts.of_receivers(unit.connection, {receiver_of(row) for row in waiting})
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
        tell_moved(unit, rows, state)
