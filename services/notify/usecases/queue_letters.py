"""Queue letters: what happened is told to everybody it concerns, once each, rendered once and stored."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping

from services.notify.domain import states
from services.notify.domain.addresses import host_of
from services.notify.domain.letters import Letterhead, LetterKind, Told, about, carrier_of, kinds_for
from services.notify.letters.render import Parts, render
from services.notify.store import contacts, messages
from services.notify.store.tables import AT_ONCE
from services.notify.usecases.telling import tell_moved
from shared.contracts.envelope import Envelope
from shared.contracts.letters import Receiver
from shared.messaging.consumer import Received
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit


class _Draft(NamedTuple):
    """A letter to one organisation, or to one person, about one event."""

    kind: LetterKind
    event: Told
    envelope: Envelope
    to: Receiver

    @property
    def owner(self) -> str:
        """The service that told the event: the receiver is in its registers, whatever another calls somebody."""
        return self.event.owner()


async def queue_letters(received: Sequence[Received[Any]], unit: Unit) -> None:
    """Writes a letter to each contact of whom an event concerns; to the organisation or person itself without one yet.

    An event is answered once, to the contacts known then: heard again, even after contacts changed, it writes nothing.
    """
    connection = unit.connection
    await contacts.while_addressing(connection)
    drafts = [
        _Draft(kind, each.event, each.envelope, to)
        for each in received
        for kind in kinds_for(each.event)
        for to in kind.receivers(each.event)
    ]
    done = await messages.answered(connection, [draft.envelope.id for draft in drafts])
    fresh = [draft for draft in drafts if (draft.envelope.id, draft.kind.name, draft.to) not in done]
    known = {
        owner: await contacts.of_receivers(connection, owner, {each.to for each in fresh if each.owner == owner})
        for owner in {each.owner for each in fresh}
    }
    head = Letterhead(unit.base_url, unit.today).values
    host = host_of(unit.base_url)
    rows: list[Mapping[str, Any]] = []
    for draft in fresh:
        parts = render(draft.kind, draft.event, draft.to, head)
        rows += _rows(draft, parts, known[draft.owner].get(draft.to, ()), unit, host)
    await messages.write(connection, rows)
    for state in (states.HELD, states.QUEUED, states.NO_ADDRESS):
        tell_moved(unit, (row for row in rows if row["state"] == state), state)


def _rows(
    draft: _Draft, parts: Parts, known: Sequence[RowMapping], unit: Unit, host: str
) -> Iterator[Mapping[str, Any]]:
    kind, event, envelope, to = draft
    carrier = carrier_of(event)
    shared = {
        "letter": kind.name,
        "event_type": event.type_,
        "cause_event_id": envelope.id,
        "correlation_id": envelope.correlation_id or envelope.id,
        "traceparent": envelope.traceparent,
        "about": event.about(),
        "carrier_id": carrier and carrier.id,
        "carrier_name": about(event),
        **to._asdict(),
        "mail_from": None,
        "subject": parts.subject,
        "text": parts.text,
        "html": parts.html,
        "created_at": unit.now,
        "due_at": AT_ONCE,
        "attempts": 0,
        "put_off": 0,
    }
    goes = states.HELD if kind.waits else states.QUEUED
    addressed = [(each["recipient_id"], each["name"], each["email"], goes) for each in known]
    for recipient_id, name, email, state in addressed or [(to.id, None, None, states.NO_ADDRESS)]:
        id_ = event_id(envelope.id, kind.name, recipient_id)
        yield {
            **shared,
            "id": id_,
            "message_id_header": f"<{id_}@{host}>",
            "recipient_id": recipient_id,
            "to_name": name,
            "to_address": email,
            "state": state,
        }
