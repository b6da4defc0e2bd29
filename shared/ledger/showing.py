"""What a service supplies so that its ledger's pages can be shown."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import ColumnElement, RowMapping, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.foreseeing.web import Foreseeing
from shared.ledger.entry_files import EntryFile
from shared.ledger.explaining import matter, published
from shared.ledger.service import Ledger
from shared.policy import Policy
from shared.webkit.listing import Column, Filter
from shared.webkit.templates import Pages


class Subject(NamedTuple):
    """What an entry is about. `cells`: as a table to take away has it; `says`: what sort of thing it is, in a line;
    `href`: its page; `registered`: whether a register knows it, or only an outside program's event."""

    name: str
    cells: tuple[str, ...]
    says: str
    href: str
    registered: bool = True


class Behind(NamedTuple):
    """What stands behind an entry, and where it is shown."""

    title: str
    href: str


async def _nothing_more(_: AsyncConnection, __: EntryFile) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Showing:
    """`listed` adds to entries what the columns below show. `whose`: the payee, the subject, the article and the matter
    of an entry, in this order; `paid_to`: the payee as the payment file has it; `sorts`: what kinds of subject there
    are. `account`: whether the payee of an entry has confirmed one; `accounts`: those that hold, by payee.

    `subjects`: what entries are about, by its id; `about`: the heads of `Subject.cells`. `called`: the name of the
    subject of an entry, asked of no other table in the same question; `finds`: what holds a text looked for in the
    ledger;
    `narrowed`: the service's own filters of it, which join nothing. `years`: the years there is something to say of.
    `policy_of`: the policy an entry's version names. `behind`: what led to an entry, the most telling first.
    `account_page`: where a payee's accounts are shown. `around`: what else the page of an entry, `template`, shows.

    The templates of `pages` are furnished (see `words.furnish`).
    """

    ledger: Ledger
    pages: Pages
    foreseeing: Foreseeing
    base: str
    """The address of the service's pages."""
    place: str
    """Under which the page of an entry stands."""
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
    subjects: Callable[[AsyncConnection, Sequence[RowMapping]], Awaitable[Mapping[str, Subject]]]
    about: tuple[str, ...]
    called: ColumnElement[Any]
    finds: Callable[[str], Sequence[ColumnElement[bool]]]
    narrowed: tuple[Filter, ...]
    years: Callable[[AsyncConnection], Awaitable[list[int]]]
    policies: Callable[[], Sequence[Policy]]
    """Those by which the ledger is settled."""
    behind: Callable[[RowMapping], Sequence[Behind]]
    account_page: Callable[[str], str]
    payee_head: str
    """What a table to take away calls the payee."""
    policy_of: Callable[[str], Policy] = published
    template: str = "ledger_entry.html"
    around: Callable[[AsyncConnection, EntryFile], Awaitable[Mapping[str, Any]]] = _nothing_more
    unranked: str = ""
    """Which awards have no rank, in words."""

    @property
    def payments(self) -> str:
        return f"{self.base}/payments"

    @property
    def budgets(self) -> str:
        return f"{self.base}/budgets"

    @property
    def decisions(self) -> str:
        return f"{self.base}/decisions"

    @property
    def blocked(self) -> str:
        return f"{self.base}/blocked"

    @property
    def payee(self) -> Column:
        return self.whose[0]

    @property
    def subject(self) -> Column:
        return self.whose[1]

    def entry(self, id_: str) -> str:
        """The address of an entry's page; an id may be any text an outside program chose."""
        return f"{self.base}/{self.place}/{quote(id_, safe='')}"

    def blocked_entry(self, id_: str) -> str:
        return f"{self.blocked}/{quote(id_, safe='')}"

    def matter(self, entry: RowMapping) -> str:
        return matter(entry, self.policy_of)

    def subject_to(self, to: Callable[[RowMapping], str]) -> Column:
        """The subject's column with another link."""
        found = self.subject
        return Column(found.name, found.title, by=found.by, said=found.said, to=to)
