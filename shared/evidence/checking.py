"""What evidence does by itself: have new files checked for viruses, and erase contents no file needs any more.

A scanner lives in the world: leases and delays are on the machine's clock, whatever the site's clock says.
"""

import asyncio
import logging
from datetime import timedelta

from shared.core.clock import Now, system_now
from shared.evidence import checks
from shared.evidence.clamd import Clamd, NoVerdict, Patience
from shared.evidence.files import any_gone, erase_gone
from shared.evidence.store import Store, store_of
from shared.evidence.tables import EvidenceTables
from shared.running.running import Running
from shared.running.service import Task

CHECKER = "evidence-check"
IDLE_SECONDS = 1.0
LEASE = timedelta(seconds=2 * Patience().most)
"""Longer than a check can take."""
DELAYS = (5.0, 30.0, 120.0, 600.0)
"""Seconds until a file is tried again that got no verdict this many times; the last is kept."""
TROUBLE_SECONDS = 5.0
"""How long to leave a scanner alone that gave no verdict."""
FAILED_SECONDS = 2.0
"""How long to wait when the database did not answer."""
LEFT_BEHIND_SECONDS = 24 * 3600.0

log = logging.getLogger(__name__)


class Checker:
    """One checker. Several may run, in several processes: a file is claimed by one at a time."""

    def __init__(
        self,
        running: Running,
        tables: EvidenceTables,
        store: Store,
        scanner: Clamd | None,
        machine: Now = system_now,
    ) -> None:
        self.running = running
        self.tables = tables
        self.store = store
        self.scanner = scanner
        self.machine = machine

    async def run(self) -> None:
        """Checks and erases until the service stops."""
        begun = False
        while not self.running.stop.is_set():
            try:
                if not begun:
                    await self.begin()
                    begun = True
                await self.erase()
                judged = await self.check_one()
            except Exception:
                log.exception("evidence could not be checked or erased; tried again")
                await self._rest(FAILED_SECONDS)
                continue
            if judged is None:
                await self._rest(IDLE_SECONDS)
            elif not judged:
                await self._rest(TROUBLE_SECONDS)

    async def begin(self) -> None:
        """Clears away uploads a killed process left, and without a scanner lets go of what waits for one."""
        before = self.machine().timestamp() - LEFT_BEHIND_SECONDS
        for path in self.store.left_behind(before):
            path.unlink(missing_ok=True)
        if self.scanner is None:
            log.info("no virus scanner is configured (MIAOPU_CLAMD_URL): evidence is taken unchecked")
            async with self.running.unit(CHECKER) as unit:
                await checks.release_waiting(unit, self.tables)

    async def erase(self) -> None:
        """Erases the contents of files that are gone."""
        async with self.running.look() as connection:
            gone = await any_gone(connection, self.tables)
        if gone:
            async with self.running.unit(CHECKER) as unit:
                await erase_gone(unit, self.tables, self.store)

    async def check_one(self) -> bool | None:
        """Has the file that waits longest checked: whether there was a verdict; None if nothing is due.

        The scanner is asked in no transaction. If the process dies meanwhile, the file is due again after the lease.
        """
        if self.scanner is None:
            return None
        now = self.machine()
        async with self.running.look() as connection:
            due = await checks.any_due(connection, self.tables, now)
        if not due:
            return None
        async with self.running.unit(CHECKER) as unit:
            row = await checks.claim(unit, self.tables, now, now + LEASE)
        if row is None:
            return None
        try:
            verdict = await self.scanner.scan(self.store.path_of(row["sha256"]))
        except (NoVerdict, FileNotFoundError) as error:
            words = str(error) if isinstance(error, NoVerdict) else "文件的内容找不到了"
            log.warning("evidence %s got no verdict: %s", row["id"], words)
            delay = DELAYS[min(row["check_failures"], len(DELAYS) - 1)]
            async with self.running.unit(CHECKER) as unit:
                again_at = self.machine() + timedelta(seconds=delay)
                await checks.note_failure(unit, self.tables, row["id"], words, again_at)
            return False
        if verdict.signature:
            log.warning("evidence %s is infected: %s", row["id"], verdict.signature)
        async with self.running.unit(CHECKER) as unit:
            await checks.note_verdict(unit, self.tables, row["sha256"], verdict)
        return True

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self.running.stop.wait(), seconds)
        except TimeoutError:
            return


def check_evidence(tables: EvidenceTables) -> Task:
    """The task of a service that takes evidence."""

    async def check_evidence(running: Running) -> None:
        url = running.settings.clamd_url
        store = store_of(running.settings, running.service.name)
        await Checker(running, tables, store, None if url is None else Clamd(url)).run()

    return check_evidence
