"""What there is after a run, beside what has to be there: lost, doubled, parked, sent again, and whatever else is wrong.

Everything is looked at where it is kept: the ledger, the streams, the letters, the mail server.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from services.incubator.service import SERVICE as INCUBATOR
from services.incubator.store.tables import LIMIT_KEY, MESSAGE_SEEN, SUBSIDY
from services.notify.service import SERVICE as NOTIFY
from services.notify.store import contacts
from services.notify.store.tables import ATTEMPT, MESSAGE
from services.talent.service import SERVICE as TALENT
from services.talent.store.award_tables import INSTALMENT
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.tables import MESSAGE_SEEN as TALENT_SEEN
from shared.db.transaction import transaction
from shared.policy import Policy
from tests.faults.awards import Awards
from tests.faults.city import City, services
from tests.faults.expected import Entry, broken_caps, entries
from tests.faults.found import SHOWN, Findings, Told, rows_of, told_in
from tests.faults.grants import letters_due, look_at_grants
from tests.faults.outside import Outside
from tests.faults.world import World

LETTERS = {
    "incubator.evaluation.finalised.v1": "evaluation-result",
    "incubator.carrier.recognised.v1": "carrier-recognised",
    "incubator.subsidy.computed.v1": "subsidy-computed",
    "incubator.subsidy.declined.v1": "subsidy-declined",
    "incubator.subsidy.blocked.v1": "subsidy-blocked",
}
"""Which letter tells which event, to each contact of its organisation."""

TOLD_BY = {"awarded": "computed", "waiting": "computed", "declined": "declined", "blocked": "blocked"}


async def find(city: City, world: World, awards: Awards, outside: Outside, policy: Policy, resends: int) -> Findings:
    """`resends`: how many mails may have been handed over again, for whoever sent them could not know."""
    found = Findings(events=len(world.causes))
    rows = await rows_of(city, INCUBATOR, SUBSIDY)
    rows.sort(key=lambda row: row.position)
    _ledger(found, world, policy, rows)
    told = {each.id: each for each in await told_in(outside.jetstream, "INCUBATOR", "incubator.>")}
    _told_of_the_ledger(found, rows, told)
    told_of_talent = await told_in(outside.jetstream, "TALENT", "talent.>")
    await look_at_grants(found, awards, told_of_talent)
    letters = await rows_of(city, NOTIFY, MESSAGE)
    _letters(found, world, letters, told, told_of_talent)
    moved = await told_in(outside.jetstream, "NOTIFY", "notify.message.>")
    _handed_over(found, letters, moved, await rows_of(city, NOTIFY, ATTEMPT))
    for service, seen in ((INCUBATOR, MESSAGE_SEEN), (TALENT, TALENT_SEEN)):
        own = [row for row in letters if row.event_type.startswith(f"{service.name}.")]
        _seen(found, service.name, own, await rows_of(city, service, seen))
    _mails(found, city.mails.kept, letters, resends)
    parked = []
    for service in services():
        parked += [row for row in await rows_of(city, service, service.spine.parked) if row.state == "parked"]
    found.compare("搁置", Counter(outside.parks), Counter((row.consumer, row.stream, row.sequence) for row in parked))
    found.parked = len(parked)
    return found


async def locks_left(city: City) -> str:
    """Who still holds something now that nothing is under way; nothing if nobody does."""
    for service, table in ((INCUBATOR, LIMIT_KEY), (TALENT, LEDGER.limit_key), (TALENT, INSTALMENT), (NOTIFY, MESSAGE)):
        try:
            async with transaction(city.engines[service.name]) as connection:  # on SQLite this takes the writer's lock
                if connection.dialect.name == "postgresql":
                    await connection.execute(select(table).with_for_update(nowait=True))
                    await connection.execute(text("set local lock_timeout = '5s'"))
                    await contacts.while_changing(connection)
        except SQLAlchemyError as error:
            return f"{service.name} 还有锁：{error}"
    return ""


def _ledger(found: Findings, world: World, policy: Policy, rows: list[Any]) -> None:
    """Each cause once, as the engine computes it; and the caps hold, by their sums alone."""
    written = Counter(
        Entry(row.cause_event_id, row.rule, row.outcome, row.amount_fen, row.explanation_hash) for row in rows
    )
    found.compare("账本", entries(world, policy, (row.cause_event_id for row in rows)), written)
    found.problems += broken_caps(world, rows)


def _told_of_the_ledger(found: Findings, rows: list[Any], told: Mapping[str, Told]) -> None:
    """Each row of the ledger is told by one event."""
    heard = [each for each in told.values() if each.type.startswith("incubator.subsidy.")]
    expected = Counter((row.id, row.cause_event_id, f"incubator.subsidy.{TOLD_BY[row.outcome]}.v1") for row in rows)
    bodies = [(each.type, orjson.loads(each.body)) for each in heard]
    found.compare(
        "补助事件", expected, Counter((body["subsidy_id"], body["cause_event_id"], type_) for type_, body in bodies)
    )


def _letters(
    found: Findings, world: World, letters: list[Any], told: Mapping[str, Told], told_of_talent: list[Told]
) -> None:
    """One letter for each event and recipient."""
    expected: Counter[tuple[str, str, str]] = Counter(letters_due(told_of_talent))
    for each in told.values():
        if each.type in LETTERS:
            org = orjson.loads(each.body)["carrier"]["org_id"]
            expected.update((each.id, LETTERS[each.type], recipient) for recipient in world.contacts[org])
    written = Counter((row.cause_event_id, row.letter, row.recipient_id) for row in letters)
    found.compare("信件", expected, written)
    leased = [row.id for row in letters if row.leased_until is not None]
    found.wrong(f"还有 {len(leased)} 封信被占用：{leased[:SHOWN]}" if leased else "")


def _handed_over(found: Findings, letters: list[Any], moved: list[Told], attempts: list[Any]) -> None:
    """Every letter is handed over, and told so once."""
    once = Counter(row.id for row in letters)
    found.compare("交付", once, Counter(row.id for row in letters if row.state == "handed_over"))
    accepted = Counter(row.message_id for row in attempts if row.outcome == "handed_over")
    found.compare("交付记录", once, accepted)
    for state in ("queued", "handed_over"):
        type_ = f"notify.message.{state}.v1"
        events = Counter(orjson.loads(each.body)["message_id"] for each in moved if each.type == type_)
        found.compare(f"{state} 事件", once, events)


def _seen(found: Findings, service: str, letters: list[Any], seen: list[Any]) -> None:
    """Each service knows where every letter about its own events has got to, and of no other."""
    once = Counter(row.id for row in letters)
    known = Counter(row.message_id for row in seen if row.state == "handed_over")
    found.compare(f"{service} 所知的信件去向", once, known)


def _mails(found: Findings, kept: Mapping[str, list[bytes]], letters: list[Any], resends: int) -> None:
    """Each letter arrived; one that arrived again is the same mail, and no more did than could not be helped."""
    found.compare("邮件", Counter(row.message_id_header for row in letters), Counter(dict.fromkeys(kept, 1)))
    found.resent = sum(len(copies) - 1 for copies in kept.values())
    found.doubled += max(0, found.resent - resends)
    if found.resent > resends:
        found.wrong(f"重发了 {found.resent} 封邮件，只有 {resends} 次无法得知对方是否收下")
    changed = [name for name, copies in kept.items() if len(set(copies)) > 1]
    found.doubled += len(changed)
    found.wrong(f"重发的邮件与先前不同：{changed[:SHOWN]}" if changed else "")
