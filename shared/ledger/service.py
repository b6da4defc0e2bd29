"""What a service supplies so that it can keep a ledger: how it hears, how it tells, what it knows of those it pays."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.ledger.causes import Causes
from shared.ledger.rows import Rows
from shared.ledger.shortfalls import Named, Shortfalls
from shared.ledger.tables import LedgerTables
from shared.ledger.trail import LedgerTrail
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing
from shared.messaging.unit import Unit
from shared.policy import Policy


class Asked(NamedTuple):
    """What an event asks of which policy: `subject` and `body` as the policy engine is told them. `party` is what the
    service's events say of the subject, as they hold it."""

    subject_id: str
    payee_id: str
    policy: Policy
    subject: Mapping[str, object]
    body: Mapping[str, Any]
    party: BaseModel


def _as_it_was(first: Event, later: Sequence[Event]) -> Event:  # noqa: ARG001 - nothing later changes it
    return first


async def _nothing_stops(
    unit: Unit,  # noqa: ARG001 - a service without bars looks at nothing
    payees: Mapping[str, tuple[str, str, date]],  # noqa: ARG001
) -> Mapping[str, DomainError]:
    return {}


async def _nothing_withheld(
    connection: AsyncConnection,  # noqa: ARG001 - a service that withholds nothing looks at nothing
    entries: Collection[str],  # noqa: ARG001
    *,
    hold: bool,  # noqa: ARG001
) -> Mapping[str, str]:
    return {}


async def _as_it_named_them(
    connection: AsyncConnection,  # noqa: ARG001 - a service whose parties stay who they are looks at nothing
    parties: Mapping[str, BaseModel],
) -> Mapping[str, BaseModel]:
    return parties


class Withheld(Protocol):
    """By entry, in words, why an award is not to be paid although it stands. `hold`: nobody changes that until this
    transaction ends."""

    async def __call__(
        self, connection: AsyncConnection, entries: Collection[str], *, hold: bool
    ) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class Hearing:
    """How a service's events become questions to a policy.

    `read`: what an event asks. `request`: the event that asks to compute an earlier one again; it says which
    (`cause_event_id`), with which facts (`facts`), by whom and why (`by`, `reason`), and is `request_id`. `again`:
    other events that do, each with a `cause_event_id` and a `reason`; `corrected`: the first event as those later
    ones leave it. `stopped`: by event id, what keeps an event from being settled, given its root, its payee and its
    day.
    """

    read: Callable[[Event], Asked]
    request: type[Event]
    again: tuple[type[Event], ...] = ()
    corrected: Callable[[Event, Sequence[Event]], Event] = _as_it_was
    stopped: Callable[[Unit, Mapping[str, tuple[str, str, date]]], Awaitable[Mapping[str, DomainError]]] = (
        _nothing_stops
    )


@dataclass(frozen=True)
class Telling:
    """The events that tell what became of money, and which of their fields hold the entry's id and the party.

    Each has the fields of an entry (`cause_event_id`, `policy`, `policy_version`, `article`, `rule`, `explanation`,
    `explanation_hash`, `amount`) and its own: see shared.contracts.incubator.
    """

    computed: type[Event]
    declined: type[Event]
    blocked: type[Event]
    reversed: type[Event]
    cut: type[Event]
    approved: type[Event]
    paid: type[Event]
    entry: str
    party: str


@dataclass(frozen=True)
class Ledger:
    """A service's own ledger.

    `unconfirmed`: of these payees, by name, those who have confirmed no account money could go to. `ranks`: the place
    of each award that has one, for a budget that is shared out by rank. `noun`: what people call money of this service.
    `payees`: what they call those who get it.
    """

    tables: LedgerTables
    changes: Changes
    trailing: Trailing
    recorded: LedgerTrail
    hearing: Hearing
    telling: Telling
    named: Named
    unconfirmed: Callable[[AsyncConnection, Collection[str]], Awaitable[Sequence[str]]]
    ranks: Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, int]]]
    noun: str
    payees: str
    ranking: str = "名次"
    """By what a short budget may be shared out, as people call it."""
    withheld: Withheld = _nothing_withheld
    today: Callable[[AsyncConnection, Mapping[str, BaseModel]], Awaitable[Mapping[str, BaseModel]]] = _as_it_named_them
    """The parties that earlier events named, as events name them today."""

    @property
    def rows(self) -> Rows:
        return Rows(self.tables)

    @property
    def causes(self) -> Causes:
        return Causes(self.tables)

    @property
    def shortfalls(self) -> Shortfalls:
        return Shortfalls(self.tables)
