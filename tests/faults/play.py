"""How a run is played: a city starts, things happen in it, something goes wrong, it comes to rest and is looked at."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from services.incubator.service import SERVICE as INCUBATOR
from services.notify.domain import states
from services.notify.service import SERVICE as NOTIFY
from services.notify.store.tables import CONTACT, MESSAGE
from services.talent.service import SERVICE as TALENT
from shared.core.clock import system_now
from shared.core.settings import read_settings
from shared.db.transaction import transaction
from shared.messaging.outbox import Outgoing, publish
from shared.policy import load_policy
from shared.running.folder import held
from tests.faults.awards import Awards, awards_of
from tests.faults.city import City, city
from tests.faults.findings import find, locks_left
from tests.faults.found import Findings
from tests.faults.mailserver import TROUBLES, MailServer
from tests.faults.outside import Outside, outside
from tests.faults.postgres import Postgres
from tests.faults.quiet import until, until_quiet
from tests.faults.world import Cause, World, make_world

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FIRST = 0.3
"""The share of what happens that has led to mails about money before the rest is told and the fault begins."""
THROUGH_OUTBOX = 4
"""One in so many causes is written through the incubator's own outbox; a program outside tells the others."""
WRITTEN_AT_ONCE = 10
KILLED = -9


class Kill(NamedTuple):
    """Each process of `service` kills itself at `place`, the `time`-th time it comes by."""

    service: str
    place: str
    time: int = 2


@dataclass(frozen=True)
class Fault:
    """One run.

    `acts`: what is done from outside while the second part is told, which takes about `seconds`. `twice`: everything is
    delivered twice and in random order. `incubators`, `talents`: how many processes of that service work at once.
    """

    key: str
    says: str
    database: str
    kills: tuple[Kill, ...] = ()
    incubators: int = 1
    acts: "tuple[Callable[[Play], Coroutine[None, None, None]], ...]" = ()
    seconds: float = 2.0
    twice: bool = False
    troubled_mail: bool = False
    talents: int = 1
    unnoted: int = 0
    """How many mails a process may have to leave without having noted them, for there is no database when it stops."""

    def on_the_other_database(self) -> "Fault":
        return replace(self, database=POSTGRESQL if self.database == SQLITE else SQLITE)

    def with_(self, other: "Fault") -> "Fault":
        """Both in one city at once, on the database of the first."""
        return Fault(
            f"{self.key}+{other.key}", f"{self.says}，{other.says}", self.database, (*self.kills, *other.kills),
            max(self.incubators, other.incubators), (*self.acts, *other.acts), max(self.seconds, other.seconds),
            self.twice or other.twice, self.troubled_mail or other.troubled_mail, max(self.talents, other.talents),
            self.unnoted + other.unnoted,
        )  # fmt: skip


@dataclass
class Play:
    """A run under way. `armed`: by service, the files that let a process kill itself, each gone once it has."""

    fault: Fault
    city: City
    world: World
    awards: Awards
    outside: Outside
    postgres: Postgres | None
    chance: random.Random
    armed: dict[str, list[Path]] = field(default_factory=dict)

    def sprung(self, service: str) -> int:
        return sum(not armed.exists() for armed in self.armed[service])


async def play(
    fault: Fault, units: int, folder: Path, postgres: Postgres | None = None, seed: int = 1, *, hurry: bool = True
) -> Findings:
    """Plays a run of `units` grades and answers what was found. `hurry`: see `worker`."""
    policy = load_policy("dalian-2017-52")
    async with _prepared(fault, units, folder, postgres, seed) as run:
        _start(run, hurry=hurry)
        await _happen(run)
        left = await until_quiet(run.city, run.outside)
        locks = await locks_left(run.city)
        await run.city.stop()
        found = await find(run.city, run.world, run.awards, run.outside, policy, _resends(run))
        found.wrong(f"没有平静下来：{left}" if left else "")
        found.wrong(locks)
        _took_place(run, found)
    with held(read_settings({"MIAOPU_DATA": str(folder / "data")}).data):  # nobody has the folder any more
        return found


@asynccontextmanager
async def _prepared(
    fault: Fault, units: int, folder: Path, postgres: Postgres | None, seed: int
) -> AsyncIterator[Play]:
    folder.mkdir(parents=True)  # noqa: ASYNC240 - nothing else goes on yet; nor may anything be left of another run
    chance = random.Random(f"{fault.key} {seed}")
    world = make_world(units, chance)
    url = None
    if fault.database == POSTGRESQL:
        if postgres is None:
            raise RuntimeError("this run needs PostgreSQL")
        url = await postgres.new_database()
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(city(folder, url, MailServer(troubled=fault.troubled_mail)))
        program = await stack.enter_async_context(outside(made.server.url, chance))
        if fault.twice:
            await stack.enter_async_context(_repeating(program))
        awards = Awards(made, awards_of(units))
        await awards.prepare()
        yield Play(fault, made, world, awards, program, postgres, chance)


@asynccontextmanager
async def _repeating(program: Outside) -> AsyncIterator[None]:
    await program.echo()
    repeating = asyncio.create_task(program.repeat())
    try:
        yield
    finally:
        repeating.cancel()
        with suppress(asyncio.CancelledError):
            await repeating


def _start(run: Play, *, hurry: bool) -> None:
    many = {INCUBATOR.name: run.fault.incubators, TALENT.name: run.fault.talents, NOTIFY.name: 1}
    names = {f"{service}-{number}": service for service, most in many.items() for number in range(1, most + 1)}
    for name, service in names.items():
        environ = {"FAULT_HURRY": "yes" if hurry else ""}
        for kill in run.fault.kills:
            if service == kill.service:
                armed = run.city.folder / f"{name}.armed"
                run.armed.setdefault(service, []).append(armed)
                environ |= {"FAULT_PLACE": kill.place, "FAULT_TIME": str(kill.time), "FAULT_ARMED": str(armed)}
        run.city.start(name, service, environ)


async def _happen(run: Play) -> None:
    """Tells the first part, waits until it has led to a mail about a subsidy and one about a grant, and tells the rest
    while the fault takes place; awards go on and are paid meanwhile."""
    world = run.world
    early = world.contact_causes(early=True)
    await run.outside.tell(early)

    async def known() -> bool:
        return await run.city.count(NOTIFY, CONTACT) == len(early) + run.awards.contacts

    await until(run.city, known)
    poison = len(world.poison) // 2
    first = int(len(world.causes) * FIRST)
    await asyncio.gather(
        _tell(run, world.causes[:first], 0), run.outside.poison(world.poison[:poison]), run.awards.begin(FIRST, 0)
    )

    async def written_to() -> bool:
        """About a subsidy, and about a grant."""
        arrived = [
            await run.city.count(
                NOTIFY, MESSAGE, MESSAGE.c.letter.startswith(kind), MESSAGE.c.state == states.HANDED_OVER
            )
            for kind in ("subsidy-", "talent-grant-")
        ]
        return all(arrived)

    await until(run.city, written_to)
    for each in run.armed.values():
        for armed in each:
            armed.touch()
    rest = [*world.causes[first:], *world.contact_causes(early=False)]
    run.chance.shuffle(rest)
    doing = [_tell(run, rest, run.fault.seconds), run.outside.poison(world.poison[poison:], run.fault.seconds / poison)]
    doing += [run.awards.begin(1, run.fault.seconds), run.awards.pass_mid_terms(run.fault.seconds), run.awards.pay()]
    doing += [act(run) for act in run.fault.acts]
    await asyncio.gather(*doing)


async def _tell(run: Play, causes: Sequence[Cause], seconds: float) -> None:
    """Some of it through the incubator's outbox, the contacts and the rest from outside, in about so many seconds."""
    contacts = [each for each in causes if each.id.startswith("contact-")]
    others = [each for each in causes if not each.id.startswith("contact-")]
    through = others[::THROUGH_OUTBOX]
    told = [*contacts, *(each for number, each in enumerate(others) if number % THROUGH_OUTBOX)]
    run.chance.shuffle(told)
    await asyncio.gather(run.outside.tell(told, seconds / len(told)), _write(run, through, seconds))


async def _write(run: Play, causes: Sequence[Cause], seconds: float) -> None:
    """Writes the causes into the outbox of the incubator, as its use cases do, until they are there."""
    spine = INCUBATOR.spine
    parts = [causes[start : start + WRITTEN_AT_ONCE] for start in range(0, len(causes), WRITTEN_AT_ONCE)]
    for part in parts:
        await asyncio.sleep(seconds / len(parts))
        while True:
            try:
                async with transaction(run.city.engines[INCUBATOR.name]) as connection:
                    known = select(spine.outbox.c.event_id).where(
                        spine.outbox.c.event_id.in_([each.id for each in part])
                    )
                    there = set((await connection.execute(known)).scalars())
                    outgoing = [Outgoing(each.id, each.event) for each in part if each.id not in there]
                    await publish(connection, spine, "/incubator", outgoing, system_now())
                break
            except (SQLAlchemyError, OSError):  # the database is away on purpose
                await asyncio.sleep(0.2)


def _resends(run: Play) -> int:
    """How often a sender could not know that its mail was accepted: it was dead by then, or was not told."""
    deaths = sum(worker.codes.count(KILLED) for worker in run.city.workers if worker.service == NOTIFY.name)
    return deaths + run.city.mails.untold + run.fault.unnoted


def _took_place(run: Play, found: Findings) -> None:
    """A fault that did not take place proves nothing; and no process may die but by our hand."""
    for service in run.armed:
        found.wrong("" if run.sprung(service) else f"{service} 没有走到要杀死进程的地方")
    ours = sum(map(run.sprung, run.armed)) + sum(worker.killed for worker in run.city.workers)
    for worker in run.city.workers:
        others = [code for code in worker.codes[:-1] if code not in {0, KILLED}]
        if others or worker.codes[-1] != 0:
            found.wrong(f"{worker.name} 自行退出：{worker.codes}，见 {worker.log}")
    if sum(worker.codes.count(KILLED) for worker in run.city.workers) != ours:
        found.wrong("有进程不是被我们杀死的")
    if run.fault.troubled_mail and run.city.mails.met.keys() != TROUBLES.keys():
        found.wrong(f"邮件服务器只遇到了 {dict(run.city.mails.met)}")
    if run.fault.twice and run.outside.echoed < len(run.world.causes):
        found.wrong(f"只重复投递了 {run.outside.echoed} 个事件")
