"""The person behind a request: the account, what it was granted, and the session it speaks in."""

from dataclasses import dataclass, field
from typing import NamedTuple

from shared.identity.roles import OFFICE, Role


class Grant(NamedTuple):
    role: Role
    scope: str = ""
    """The organisation, district or expert it is for; empty for everything."""


@dataclass(frozen=True)
class Who:
    """`account` is what every step he takes is recorded under; `session` the hash of the session's token."""

    account: str
    name: str
    grants: tuple[Grant, ...]
    session: str = ""
    second_factor: bool = False
    """Whether this session was opened with one."""
    program: bool = False
    """A program that speaks with a token, not a browser with a cookie."""
    must: str = field(default="")
    """Where this person has to go before anything else: a second factor to set up, a password to change."""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def of_the_office(self) -> bool:
        return bool(self.roles & OFFICE)

    def may_be(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def scopes(self, role: Role) -> tuple[str, ...]:
        """The organisations (districts, experts) this role was granted for."""
        return tuple(grant.scope for grant in self.grants if grant.role is role)
