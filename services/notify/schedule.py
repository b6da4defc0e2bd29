"""What notify does by itself: hand over what is queued, one letter after another, until it is told to stop.

Mail servers live in the world: leases, delays and the rate are on the machine's clock, whatever the site's clock says.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from services.notify.domain.addresses import greeting
from services.notify.domain.handing_over import DELAYS, Outcome, unanswered, unwritable
from services.notify.domain.mail import Letter, Mail, mail_of
from services.notify.senders.smtp import Smtp, server_of
from services.notify.store import messages
from services.notify.usecases import hand_over
from services.notify.usecases.hand_over import Claimed
from shared.core.clock import Now, system_now
from shared.core.errors import DomainError
from shared.running.running import Running

SENDER = "notify-sender"
ROUND = 50
"""How many letters a sender takes at a time."""
LEASE = timedelta(seconds=30)
RENEW_SECONDS = 10.0
IDLE_SECONDS = 1.0
CLOSE_AFTER_SECONDS = 30.0
"""How long an idle connection is kept."""
STOP_SECONDS = 5.0
"""How long the letter in hand may still take when the process is told to stop."""
FAILED_SECONDS = 2.0
"""How long to wait when the database did not answer."""
TROUBLE_SECONDS = (1.0, 5.0, 15.0, 60.0)
"""How long to leave a mail server alone that failed us this many times in a row; the last is kept."""
NOTE_SECONDS = (0.2, 1.0, 5.0)
"""How long to wait before noting again what the database did not take; the last is kept."""

log = logging.getLogger(__name__)


class Transport(Protocol):
    """A way out, as `senders` offer it."""

    async def hand_over(self, mail: Mail) -> Outcome: ...

    async def close(self) -> None: ...


class Rate:
    """The most letters in any minute; 0 sets no limit."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._at: deque[datetime] = deque()

    def allowed(self, now: datetime) -> int:
        while self._at and self._at[0] <= now - timedelta(minutes=1):
            self._at.popleft()
        return self.per_minute - len(self._at) if self.per_minute else ROUND

    def spend(self, now: datetime) -> None:
        if self.per_minute:
            self._at.append(now)


class Sender:
    """One sender. Several may run, in several processes: a letter is claimed by one at a time."""

    def __init__(
        self, running: Running, transport: Transport, machine: Now = system_now, delays: Sequence[float] = DELAYS
    ) -> None:
        self.running = running
        self.transport = transport
        self.machine = machine
        self.delays = delays
        self.rate = Rate(running.settings.smtp_per_minute)
        self.troubles = 0
        self._troubled = False
        self._woken = asyncio.Event()
        self._used_at = 0.0

    async def run(self) -> None:
        """Hands over until the service stops, and closes the connection then."""
        self.running.when_committed(self._woken.set)
        try:
            while not self.running.stop.is_set():
                self._woken.clear()
                try:
                    attempts = await self.round()
                except Exception:
                    log.exception("letters could not be taken up or noted; tried again")
                    await self._rest(FAILED_SECONDS)
                    continue
                if self._troubled:
                    await self._rest(TROUBLE_SECONDS[min(self.troubles, len(TROUBLE_SECONDS)) - 1])
                elif not attempts:
                    await self._rest(IDLE_SECONDS, self._woken)
        finally:
            await self.transport.close()

    async def _rest(self, seconds: float, *wakers: asyncio.Event) -> None:
        waiting = [asyncio.ensure_future(event.wait()) for event in (self.running.stop, *wakers)]
        try:
            await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()

    async def round(self) -> int:
        """Takes what is due and hands it over, one after another; how many attempts that were."""
        self._troubled = False
        now = self.machine()
        most = min(ROUND, self.rate.allowed(now))
        async with self.running.look() as connection:
            due = most > 0 and await messages.any_due(connection, now)
        if not due:
            if asyncio.get_running_loop().time() - self._used_at > CLOSE_AFTER_SECONDS:
                await self.transport.close()
            return 0
        async with self.running.unit(SENDER) as unit:
            batch = await hand_over.claim(unit, most, self.running.settings.mail_from, now, LEASE)
        attempts = 0
        try:
            while batch and not self._troubled and not self.running.stop.is_set():
                if batch[0].until - self.machine() < LEASE / 2:
                    batch = await self._kept(batch)
                    continue
                batch, outcome = await self._handed_over(batch)
                if outcome is not None:
                    attempts += 1
                    await self._noted(batch.pop(0), outcome)
        finally:
            if batch:
                async with self.running.unit(SENDER) as unit:
                    await hand_over.let_go(unit, batch)
        return attempts

    async def _kept(self, batch: list[Claimed]) -> list[Claimed]:
        """Keeps what is claimed for longer; what another sender has taken meanwhile is left to it."""
        async with self.running.unit(SENDER) as unit:
            return await hand_over.keep(unit, batch, self.machine() + LEASE)

    async def _handed_over(self, batch: list[Claimed]) -> tuple[list[Claimed], Outcome | None]:
        """Hands over the first of the batch, whose lease is renewed meanwhile. No outcome: the process has to stop."""
        id_ = batch[0].letter.id
        handing = asyncio.ensure_future(self._attempt(batch[0].letter))
        stopping = asyncio.ensure_future(self.running.stop.wait())
        try:
            while not handing.done() and not stopping.done():
                await asyncio.wait({handing, stopping}, timeout=RENEW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not handing.done() and not stopping.done():
                    batch = await self._renewed(batch)
            if not handing.done():
                await asyncio.wait({handing}, timeout=STOP_SECONDS)
            if not handing.done():
                outcome = None
            elif error := handing.exception():  # a bug of ours must not keep the letters behind this one
                log.error("letter %s could not be handed over", id_, exc_info=error)
                outcome = unanswered(error)
            else:
                outcome = handing.result()
        finally:
            stopping.cancel()
            handing.cancel()
            await asyncio.wait({handing})
        self._used_at = asyncio.get_running_loop().time()
        return batch, outcome

    async def _attempt(self, letter: Letter) -> Outcome:
        try:
            mail = mail_of(letter)
        except DomainError as error:
            return unwritable(error.message)
        self.rate.spend(self.machine())
        return await self.transport.hand_over(mail)

    async def _renewed(self, batch: list[Claimed]) -> list[Claimed]:
        """Keeps the batch while its first letter is on its way; that one is finished whatever the database says."""
        try:
            kept = await self._kept(batch)
        except Exception:
            log.exception("a lease could not be renewed; the letter on its way is finished all the same")
            return batch
        first = [each for each in kept if each.letter.id == batch[0].letter.id] or batch[:1]
        return first + [each for each in kept if each.letter.id != batch[0].letter.id]

    async def _noted(self, claimed: Claimed, outcome: Outcome) -> None:
        """Notes the outcome, however often the database has to be asked: what is not noted would be sent again."""
        self._troubled = outcome.trouble
        self.troubles = self.troubles + 1 if outcome.trouble else 0
        failed = 0
        while True:
            try:
                async with self.running.unit(SENDER) as unit:
                    await hand_over.note(unit, claimed, outcome, self.machine(), self.delays)
            except Exception:
                failed += 1
                if self.running.stop.is_set() and failed > len(NOTE_SECONDS):
                    raise
                log.exception("what became of letter %s could not be noted; tried again", claimed.letter.id)
                await asyncio.sleep(NOTE_SECONDS[min(failed, len(NOTE_SECONDS)) - 1])
            else:
                return


async def send_queued(running: Running) -> None:
    """Hands queued letters to the mail server; without one they stay queued, which the pages say."""
    if running.settings.smtp_url is None:
        log.warning("no mail server is configured (MIAOPU_SMTP_URL): letters stay queued")
        await running.stop.wait()
        return
    smtp = Smtp(server_of(running.settings.smtp_url), greeting(running.settings.base_url))
    await Sender(running, smtp).run()
