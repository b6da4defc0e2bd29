"""What a service can be asked to do: one list, from which its JSON API and its commands are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from shared.identity.roles import Role
from shared.messaging.unit import Unit


@dataclass(frozen=True)
class Operation:
    """`name` as the API's path and the command's name have it; `order` what it is told; `does` the use case."""

    name: str
    order: type[BaseModel]
    does: Callable[[Unit, Any], Awaitable[Any]]
    roles: frozenset[Role]
    """Who may ask for it over HTTP; each step is recorded under his account."""
    over_http: bool = True
    """False: the order names a file of this machine; the API takes the file itself."""

    @property
    def says(self) -> str:
        """What it does, in a sentence for people."""
        return (self.order.__doc__ or "").strip()
