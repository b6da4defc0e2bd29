"""What a service supplies so that its ledger's pages can be shown."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.foreseeing.web import Foreseeing
from shared.ledger.lifecycles import PAYMENT
from shared.ledger.service import Ledger
from shared.webkit.listing import Column, Filter
from shared.webkit.templates import Pages

@dataclass(frozen=True)
class Showing:
    """`listed` adds to entries what the columns below show. `whose`: the payee, the subject, the article and the matter
    of an entry, in this order; `paid_to`: the payee as the payment file has it; `sorts`: what kinds of subject there
    are. `account`: whether the payee of an entry has confirmed one; `accounts`: those that hold, by payee.

    The templates of `pages` have the filter `who`: what an account is called.
    """

    ledger: Ledger
    pages: Pages
    foreseeing: Foreseeing
    base: str
    """The address of the service's pages."""
    listed: Callable[[Select[Any]], Select[Any]]
    whose: tuple[Column, ...]
    paid_to: tuple[Column, ...]
    sorts: tuple[Column, ...]
    filters: tuple[Filter, ...]
    search: Sequence[ColumnElement[Any]]
    searched: str
    """What is searched, in words."""
    account: ColumnElement[bool]
    accounts: Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, RowMapping]]]
    who: Callable[[str], str]
    unranked: str = ""
    """Which awards have no rank, in words."""

    @property
    def payments(self) -> str:
        return f"{self.base}/payments"

    @property
    def budgets(self) -> str:
        return f"{self.base}/budgets"
