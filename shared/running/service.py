"""What a service declares of itself, so that one box and separate processes run it alike."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import APIRouter
from sqlalchemy import MetaData, Table

from shared.audit.trail import Trail
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.messaging.consumer import Consumer
from shared.messaging.tables import SpineTables

if TYPE_CHECKING:
    from shared.desk.matters import Desk
    from shared.publicity.source import PublicSource
    from shared.running.figures import Actual
    from shared.running.finding import Found
    from shared.running.running import Running

Task = Callable[["Running"], Coroutine[None, None, None]]
"""Work a service does by itself until `running.stop` is set: a sender, a schedule."""


@dataclass(frozen=True)
class Service:
    """`name` is its prefix on the bus, its schema and its path on the site; `title` what people call it."""

    name: str
    title: str
    metadata: MetaData
    spine: SpineTables
    migrations: Path
    consumers: tuple[Consumer, ...]
    tasks: tuple[Task, ...]
    routes: Callable[["Running"], APIRouter]
    """Its pages and its JSON API, under /<name>."""
    home: Callable[["Running"], APIRouter] | None = None
    """What the site shows at its root; of several services the first that has one."""
    registers: Callable[[], Grant] | None = None
    """What somebody is granted who makes an account of his own for it; of several services the first that has one."""
    public: "PublicSource | None" = None
    """What anybody may see of it without logging in."""
    badges: "Callable[[Running, Who], Awaitable[Mapping[str, int]]] | None" = None
    """How many things wait for a person, by the address of the navigation's line they wait at."""
    desk: "Desk | None" = None
    """Where what waits for a person is listed; of several services each desk leads to the others."""
    search: "Callable[[Running, str], Awaitable[Sequence[Found]]] | None" = None
    """What it finds of a text that a reader of everything looks for; at most some of each kind, with links."""
    figures: "Callable[[Running], Awaitable[Sequence[Actual]]] | None" = None
    """What it counts of its own for the home that shows the city; see shared.targets."""
    scopes: Mapping[Role, Table] = field(default_factory=dict)
    """By role, the register (`id`, `name`) of what its grants are for."""
    trail: Trail | None = None
    """Its audit trail; the task `seal_trail` seals it."""
