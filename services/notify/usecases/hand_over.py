"""Hand over, the two transactions around it: claim letters before, note what became of each after.

Between the two the mail server is spoken to, in no transaction. If the process dies there, the lease runs out, and the
same bytes go again under the same Message-ID: the one way a letter can go twice by our doing.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import RowMapping

from services.notify.domain import states
from services.notify.domain.greeting import greeted
from services.notify.domain.handing_over import DELAYS, HANDED_OVER, PUT_OFF, Outcome
from services.notify.domain.mail import Letter
from services.notify.store import contacts, messages
from services.notify.usecases.telling import tell_failed, tell_moved
from shared.contracts.contact import MEMBER, person_of, without_mark
from shared.messaging.unit import Unit

TALENT = "talent"
"""Whose teams have members who answer under a link."""
log = logging.getLogger(__name__)


class Claimed(NamedTuple):
    """A letter one sender alone has until `until`, on the machine's clock."""

    letter: Letter
    put_off: int
    until: datetime


async def claim(unit: Unit, most: int, mail_from: str, now: datetime, lease: timedelta) -> list[Claimed]:
    """Takes up to `most` due letters for this sender alone. `now` is the machine's."""
    until = now + lease
    rows = await messages.claim(unit.connection, most, mail_from, now, until)
    of_members = [row["recipient_id"] for row in rows if person_of(row["person_id"] or "").what == MEMBER]
    links = await contacts.links(unit.connection, TALENT, of_members) if of_members else {}
    return [Claimed(_letter(row, links.get(row["recipient_id"])), row["put_off"], until) for row in rows]


def _letter(row: RowMapping, link: str | None) -> Letter:
    """What is stored of the letter; a person is greeted by his name, and his link, which is stored with the contact
    alone, is put where it belongs."""
    letter = Letter(**{name: row[name] for name in Letter._fields})
    if row["person_id"] is not None:
        letter = greeted(letter)
    if link is None:
        return letter
    shown = without_mark(link)
    return letter._replace(text=letter.text.replace(shown, link), html=letter.html.replace(shown, link))


async def keep(unit: Unit, held: Sequence[Claimed], until: datetime) -> list[Claimed]:
    """Keeps claimed letters for longer; those that are still this sender's."""
    kept = await _lease(unit, held, until)
    return [each._replace(until=until) for each in held if each.letter.id in kept]


async def let_go(unit: Unit, held: Sequence[Claimed]) -> None:
    """Gives claimed letters back unsent: they are due again at once."""
    await _lease(unit, held, None)


async def _lease(unit: Unit, held: Sequence[Claimed], until: datetime | None) -> set[str]:
    if not held:
        return set()
    return await messages.lease(unit.connection, [each.letter.id for each in held], held[0].until, until)


async def note(
    unit: Unit, claimed: Claimed, outcome: Outcome, machine_now: datetime, delays: Sequence[float] = DELAYS
) -> None:
    """Notes an attempt and moves the letter: handed over, tried again after a while, or failed in the server's words.

    That a letter was handed over is noted even if its lease has run out meanwhile; anything else only while it holds.
    """
    await contacts.while_addressing(unit.connection)
    after = _after(unit, claimed, outcome, machine_now, delays)
    mine = None if outcome.kind == HANDED_OVER else claimed.until
    row = await messages.settle(unit.connection, claimed.letter.id, mine, after)
    if row is None:
        log.warning("letter %s is no longer this sender's; not noted: %s", claimed.letter.id, outcome.told)
        return
    attempt = {
        "message_id": row["id"],
        "number": row["attempts"],
        "at": unit.now,
        "outcome": outcome.kind,
        "code": outcome.code,
        "words": outcome.words,
    }
    await messages.attempted(unit.connection, attempt)
    if after["state"] == states.HANDED_OVER:
        tell_moved(unit, [row], states.HANDED_OVER)
    elif after["state"] == states.FAILED:
        tell_failed(unit, row, outcome.told)
    await _forget(unit, row)


async def _forget(unit: Unit, row: RowMapping) -> None:
    """Whom the letter went to may have been erased while it was in hand: it goes to him no more."""
    owner = contacts.owner_of(row)
    gone = await contacts.erased(unit.connection, owner, [row["recipient_id"]])
    if gone:
        tell_moved(unit, await messages.without_contact(unit.connection, owner, gone), states.NO_ADDRESS)
        await messages.forget(unit.connection, owner, gone)


def _after(
    unit: Unit, claimed: Claimed, outcome: Outcome, machine_now: datetime, delays: Sequence[float]
) -> Mapping[str, object]:
    if outcome.kind == HANDED_OVER:
        return {"state": states.HANDED_OVER, "handed_over_at": unit.now, "last_error": None}
    if outcome.kind == PUT_OFF and claimed.put_off < len(delays):
        again_at = machine_now + timedelta(seconds=delays[claimed.put_off])
        put_off = claimed.put_off + 1
        return {"state": states.QUEUED, "due_at": again_at, "put_off": put_off, "last_error": outcome.told}
    return {"state": states.FAILED, "last_error": outcome.told}
