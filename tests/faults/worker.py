"""One service as a process, as `miaopu serve` runs it, which kills itself with SIGKILL at a chosen place, once.

`live` is what a process of a city does from its beginning, whoever started it. The product knows nothing of this: its
functions are wrapped here, from outside, before it starts. The wish stands in the environment, for whoever starts the
process again after its death starts it the same way:

FAULT_PLACE  where, one of PLACES; unset: nowhere
FAULT_TIME   the how manieth time it comes by there, counted from when FAULT_ARMED is there
FAULT_ARMED  the file that says it may happen now; it is gone once it has happened, so that it happens once
FAULT_HURRY  set: what an office waits a minute for takes seconds; nothing else is different
"""

import os
import signal
import sys
import warnings
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial, wraps
from pathlib import Path
from typing import Any

from services.alone import run_alone
from services.known import service_named
from services.notify import schedule
from services.notify.domain.handing_over import HANDED_OVER
from services.notify.senders.smtp import Patience, Smtp
from shared.core.settings import read_settings
from shared.messaging import consumer, provision
from shared.messaging.consumer import Hearing
from shared.messaging.relay import Relay
from shared.observability.logging import set_up_logging

BEFORE_COMMIT = "before-commit"
BEFORE_PUBLISH = "before-publish"
BEFORE_MARK = "before-mark"
BEFORE_ACK = "before-ack"
BEFORE_NOTE = "before-note"
PLACES = (BEFORE_COMMIT, BEFORE_PUBLISH, BEFORE_MARK, BEFORE_ACK, BEFORE_NOTE)

HEARS = {"incubator": "incubator-settlement", "talent": "talent-settlement", "notify": "notify-incubator"}
"""The consumer of each service that is killed before it acknowledges."""

ACK_WAIT_SECONDS = 5.0
LEASE, RENEW_SECONDS = timedelta(seconds=4), 1.0
PATIENCE = Patience(command=2.0, content=3.0)
MAIL_DELAYS = (1.0,) * 60
TROUBLE_SECONDS = (0.2, 0.5, 1.0)


class Trap:
    """Kills this process the `time`-th time somebody comes by while the file `armed` is there, and takes it away."""

    def __init__(self, time: int, armed: Path) -> None:
        self.left = time
        self.armed = armed

    def spring(self) -> None:
        if not self.armed.exists():
            return
        self.left -= 1
        if self.left <= 0:
            self.armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)


def wrap(owner: Any, name: str, make: Callable[[Any], Any]) -> None:
    was = getattr(owner, name)
    setattr(owner, name, wraps(was)(make(was)))


def arm(place: str, service: str, trap: Trap) -> None:
    """Puts the trap at its place."""
    if place == BEFORE_COMMIT:
        wrap(consumer, "publish", partial(_written, trap))
    elif place == BEFORE_PUBLISH:
        wrap(Relay, "_publish", partial(_to_publish, trap))
    elif place == BEFORE_MARK:
        wrap(Relay, "_publish", partial(_published, trap))
    elif place == BEFORE_ACK:
        wrap(Hearing, "_done", partial(_committed, trap, HEARS[service]))
    elif place == BEFORE_NOTE:
        wrap(Smtp, "hand_over", partial(_handed_over, trap))
    else:
        raise ValueError(place)


def _written(trap: Trap, publish: Any) -> Any:
    """The consumer's last step in its transaction: the outbox rows are written, nothing is committed."""

    async def written(connection: Any, tables: Any, source: Any, outgoing: Any, *more: Any) -> None:
        await publish(connection, tables, source, outgoing, *more)
        if outgoing:
            trap.spring()

    return written


def _to_publish(trap: Trap, publish: Any) -> Any:
    """The relay has read committed rows and is about to publish them."""

    async def to_publish(relay: Relay, rows: Any) -> Any:
        trap.spring()
        return await publish(relay, rows)

    return to_publish


def _published(trap: Trap, publish: Any) -> Any:
    """The stream has taken the rows; they are not marked as sent."""

    async def published(relay: Relay, rows: Any) -> Any:
        answer = await publish(relay, rows)
        trap.spring()
        return answer

    return published


def _committed(trap: Trap, durable: str, done: Any) -> Any:
    """What was heard is handled and committed; the stream does not know."""

    async def committed(hearing: Hearing, readable: Any) -> None:
        if hearing.consumer.durable == durable:
            trap.spring()
        await done(hearing, readable)

    return committed


def _handed_over(trap: Trap, hand_over: Any) -> Any:
    """The mail server has accepted the letter; the database does not know."""

    async def handed_over(smtp: Smtp, mail: Any) -> Any:
        outcome = await hand_over(smtp, mail)
        if outcome.kind == HANDED_OVER:
            trap.spring()
        return outcome

    return handed_over


def hurry() -> None:
    """Shortens how long the product waits for an acknowledgement, a lease or a mail server."""
    for owner, name, value in (
        (provision, "ACK_WAIT_SECONDS", ACK_WAIT_SECONDS),
        (schedule, "LEASE", LEASE),
        (schedule, "RENEW_SECONDS", RENEW_SECONDS),
        (schedule, "TROUBLE_SECONDS", TROUBLE_SECONDS),
        (schedule, "Smtp", partial(Smtp, patience=PATIENCE)),
        (schedule, "Sender", partial(schedule.Sender, delays=MAIL_DELAYS)),
    ):
        getattr(owner, name)  # what is not there cannot be shortened
        setattr(owner, name, value)


def live(name: str, environ: Mapping[str, str], log: Path) -> None:
    """The service, with nothing but this environment, told to this file; a warning ends it."""
    os.environ.clear()
    os.environ.update(environ)
    with log.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(file.fileno(), stream.fileno())
    warnings.simplefilter("error")
    if environ.get("FAULT_HURRY"):
        hurry()
    if place := environ.get("FAULT_PLACE"):
        arm(place, name, Trap(int(environ["FAULT_TIME"]), Path(environ["FAULT_ARMED"])))
    service = service_named(name)
    set_up_logging(as_json=False)
    run_alone(service, read_settings(), lambda _: None)
