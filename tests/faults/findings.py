"""What there is after a run, beside what has to be there: lost, doubled, parked, sent again, and whatever else is wrong.

Everything is looked at where it is kept: the ledger, the streams, the letters, the mail server.
"""

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import orjson
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from sqlalchemy import Table, select, text
from sqlalchemy.exc import SQLAlchemyError

from services.incubator.service import SERVICE as INCUBATOR
from services.incubator.store.tables import LIMIT_KEY, MESSAGE_SEEN, SUBSIDY
from services.notify.service import SERVICE as NOTIFY
from services.notify.store import contacts
from services.notify.store.tables import ATTEMPT, MESSAGE
from shared.db.transaction import transaction
from shared.policy import Policy
from tests.faults.city import City, services
from tests.faults.expected import Entry, broken_caps, entries
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
SHOWN = 5

Thing = TypeVar("Thing", bound=Hashable)


class Told(NamedTuple):
    """An event in a stream; told twice, it is the same one."""

    id: str
    type: str
    body: bytes


@dataclass
class Findings:
    events: int = 0
    lost: int = 0
    doubled: int = 0
    parked: int = 0
    resent: int = 0
    """Mails handed over again under the same Message-ID, byte for byte the same."""
    problems: list[str] = field(default_factory=list)

    def compare(self, what: str, expected: Counter[Thing], found: Counter[Thing]) -> None:
        missing, surplus = expected - found, found - expected
        self.lost += missing.total()
        self.doubled += surplus.total()
        for said, counted in (("缺", missing), ("多", surplus)):
            if counted:
                self.problems.append(f"{what}{said} {counted.total()}：{[*counted][:SHOWN]}")

    def wrong(self, told: str) -> None:
        if told:
            self.problems.append(told)


async def find(city: City, world: World, outside: Outside, policy: Policy, resends: int) -> Findings:
    """`resends`: how many mails may have been handed over again, for whoever sent them could not know."""
    found = Findings(events=len(world.causes))
    rows = await _rows(city, INCUBATOR.name, SUBSIDY)
    rows.sort(key=lambda row: row.position)
    _ledger(found, world, policy, rows)
    told = {each.id: each for each in await _told(outside.jetstream, "INCUBATOR", "incubator.>")}
    _told_of_the_ledger(found, rows, told)
    letters = await _rows(city, NOTIFY.name, MESSAGE)
    _letters(found, world, letters, told)
    moved = await _told(outside.jetstream, "NOTIFY", "notify.message.>")
    seen = await _rows(city, INCUBATOR.name, MESSAGE_SEEN)
    attempts = await _rows(city, NOTIFY.name, ATTEMPT)
    _handed_over(found, letters, moved, seen, attempts)
    _mails(found, city.mails.kept, letters, resends)
    parked = []
    for service in services():
        parked += [row for row in await _rows(city, service.name, service.spine.parked) if row.state == "parked"]
    found.compare("搁置", Counter(outside.parks), Counter((row.consumer, row.stream, row.sequence) for row in parked))
    found.parked = len(parked)
    return found


async def locks_left(city: City) -> str:
    """Who still holds something now that nothing is under way; nothing if nobody does."""
    for service, table in ((INCUBATOR, LIMIT_KEY), (NOTIFY, MESSAGE)):
        try:
            async with transaction(city.engines[service.name]) as connection:  # on SQLite this takes the writer's lock
                if connection.dialect.name == "postgresql":
                    await connection.execute(select(table).with_for_update(nowait=True))
                    await connection.execute(text("set local lock_timeout = '5s'"))
                    await contacts.while_changing(connection)
        except SQLAlchemyError as error:
            return f"{service.name} 还有锁：{error}"
    return ""


async def _rows(city: City, service: str, table: Table) -> list[Any]:
    async with city.look(next(each for each in services() if each.name == service)) as connection:
        return list(await connection.execute(select(table)))


async def _told(jetstream: JetStreamContext, stream: str, subject: str) -> list[Told]:
    """The events of a stream, each once however often it was published; what bears no id is left out."""
    left = (await jetstream.stream_info(stream)).state.messages
    config = ConsumerConfig(ack_policy=AckPolicy.NONE, inactive_threshold=60)
    reader = await jetstream.pull_subscribe(subject, stream=stream, config=config)
    found: dict[tuple[str, str], Told] = {}
    while left:
        for message in await reader.fetch(min(left, 500), timeout=30):
            left -= 1
            headers = message.headers or {}
            if "ce-id" in headers and not headers["ce-id"].startswith("poison"):
                type_ = headers["ce-type"].removeprefix("cn.miaopu.")
                found[headers["ce-id"], type_] = Told(headers["ce-id"], type_, message.data)
    await reader.unsubscribe()
    return list(found.values())


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


def _letters(found: Findings, world: World, letters: list[Any], told: Mapping[str, Told]) -> None:
    """One letter for each event and recipient."""
    expected: Counter[tuple[str, str, str]] = Counter()
    for each in told.values():
        if each.type in LETTERS:
            org = orjson.loads(each.body)["carrier"]["org_id"]
            expected.update((each.id, LETTERS[each.type], recipient) for recipient in world.contacts[org])
    written = Counter((row.cause_event_id, row.letter, row.recipient_id) for row in letters)
    found.compare("信件", expected, written)
    leased = [row.id for row in letters if row.leased_until is not None]
    found.wrong(f"还有 {len(leased)} 封信被占用：{leased[:SHOWN]}" if leased else "")


def _handed_over(found: Findings, letters: list[Any], moved: list[Told], seen: list[Any], attempts: list[Any]) -> None:
    """Every letter is handed over, and told so once; whoever listens knows it."""
    once = Counter(row.id for row in letters)
    found.compare("交付", once, Counter(row.id for row in letters if row.state == "handed_over"))
    accepted = Counter(row.message_id for row in attempts if row.outcome == "handed_over")
    found.compare("交付记录", once, accepted)
    for state in ("queued", "handed_over"):
        type_ = f"notify.message.{state}.v1"
        events = Counter(orjson.loads(each.body)["message_id"] for each in moved if each.type == type_)
        found.compare(f"{state} 事件", once, events)
    found.compare("信件去向", once, Counter(row.message_id for row in seen if row.state == "handed_over"))


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
