"""The ledger as a list: which entries are asked for, some of them, and what all of them come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger
from services.incubator.store.overview import OUTCOMES, Sum, of_year
from services.incubator.store.tables import CARRIER, ORGANISATION, PAYMENT, SUBSIDY
from shared.ledger import outcomes

UNREGISTERED = "unregistered"
"""Asks for carriers that no register knows, only an outside program's events."""
AT_ONCE = 1_000
NEWEST = "-position"
"""How the list stands unless a column is chosen."""


@dataclass(frozen=True)
class LedgerFilter:
    """Which entries are listed. Amounts are in fen; `standing`: only those that say how things stand."""

    year: int | None = None
    article: str | None = None
    outcome: str | None = None
    kind: str | None = None
    text: str = ""
    """A part of the name of the carrier or its organisation, or an id."""
    from_on: date | None = None
    until_on: date | None = None
    least: int | None = None
    most: int | None = None
    payment: str | None = None
    """How far the payment is, where there is one."""
    standing: bool = False
    sort: str = NEWEST

    def select(self) -> Select[Any]:
        """The entries asked for, whole."""
        query = ledger.standing() if self.standing else select(SUBSIDY)
        return query.where(*self._conditions())

    def _conditions(self) -> list[ColumnElement[bool]]:
        row = SUBSIDY.c
        found: list[ColumnElement[bool]] = []
        if self.outcome is not None:
            found.append(row.outcome == self.outcome)
        if self.year is not None:
            found.append(of_year(self.year))
        if self.article is not None:
            found.append(row.article == self.article)
        if self.from_on is not None:
            found.append(row.on_date >= self.from_on)
        if self.until_on is not None:
            found.append(row.on_date <= self.until_on)
        if self.least is not None:
            found.append(row.amount_fen >= self.least)
        if self.most is not None:
            found.append(row.amount_fen <= self.most)
        if self.payment is not None:
            found.append(row.id.in_(select(PAYMENT.c.subsidy_id).where(PAYMENT.c.state == self.payment)))
        return found + self._whose()

    def _whose(self) -> list[ColumnElement[bool]]:
        row = SUBSIDY.c
        found: list[ColumnElement[bool]] = []
        if self.kind == UNREGISTERED:
            found.append(row.carrier_id.not_in(select(CARRIER.c.id)))
        elif self.kind is not None:
            found.append(row.carrier_id.in_(select(CARRIER.c.id).where(CARRIER.c.kind == self.kind)))
        if self.text:
            carriers = select(CARRIER.c.id).where(CARRIER.c.name.icontains(self.text, autoescape=True))
            organisations = select(ORGANISATION.c.id).where(ORGANISATION.c.name.icontains(self.text, autoescape=True))
            same = [each == self.text for each in (row.id, row.carrier_id, row.organisation_id, row.story)]
            found.append(or_(row.carrier_id.in_(carriers), row.organisation_id.in_(organisations), *same))
        return found


_PEOPLE_CALL = select(CARRIER.c.name).where(CARRIER.c.id == SUBSIDY.c.carrier_id).scalar_subquery()
_STATE = select(PAYMENT.c.state).where(PAYMENT.c.subsidy_id == SUBSIDY.c.id).scalar_subquery()
SORTS: Mapping[str, ColumnElement[Any]] = {
    "position": SUBSIDY.c.position,
    "date": SUBSIDY.c.on_date,
    "carrier": func.coalesce(_PEOPLE_CALL, SUBSIDY.c.carrier_id),
    "article": SUBSIDY.c.article,
    "outcome": SUBSIDY.c.outcome,
    "payment": _STATE,
    "amount": func.coalesce(SUBSIDY.c.amount_fen, SUBSIDY.c.ceiling_fen, 0),
}
"""What the list may be sorted by; entries that are alike stand newest first."""


def _order(sort: str) -> tuple[ColumnElement[Any], ...]:
    by = SORTS[sort.removeprefix("-")]
    return (by.desc() if sort.startswith("-") else by.asc(), SUBSIDY.c.position.desc())


def _with_names(query: Select[Any]) -> Select[Any]:
    """Entries with what the register calls carrier and organisation, and how far their payment is."""
    return (
        query.add_columns(
            CARRIER.c.name.label("carrier_name"),
            CARRIER.c.kind.label("carrier_kind"),
            ORGANISATION.c.name.label("organisation_name"),
            PAYMENT.c.state.label("payment"),
        )
        .outerjoin_from(SUBSIDY, CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id)
        .outerjoin(PAYMENT, PAYMENT.c.subsidy_id == SUBSIDY.c.id)
    )


async def positions(
    connection: AsyncConnection, wanted: LedgerFilter, most: int | None = None, skip: int = 0
) -> list[int]:
    """Which entries these are, in the order asked for: a row with its explanation is large and not read for that."""
    found = wanted.select().with_only_columns(SUBSIDY.c.position).order_by(*_order(wanted.sort))
    return list((await connection.execute(found.limit(most).offset(skip))).scalars())


async def at(connection: AsyncConnection, positions: Sequence[int]) -> Sequence[RowMapping]:
    """The entries at these positions, in their order."""
    query = _with_names(select(SUBSIDY).where(SUBSIDY.c.position.in_(positions)))
    found = {row["position"]: row for row in (await connection.execute(query)).mappings()}
    return [found[position] for position in positions]


async def after(connection: AsyncConnection, wanted: LedgerFilter, position: int) -> Sequence[RowMapping]:
    """The next entries after this one in the order they were entered: a long list is read in parts."""
    query = _with_names(wanted.select().where(SUBSIDY.c.position > position)).order_by(SUBSIDY.c.position)
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(AT_ONCE))).mappings().all()
    return rows


async def sums(connection: AsyncConnection, wanted: LedgerFilter) -> dict[str, Sum]:
    """By outcome: how many entries, and what they come to; for what waits, the ceilings."""
    found = dict.fromkeys(OUTCOMES, Sum(0, 0))
    found |= await _summed(connection, wanted, SUBSIDY.c.amount_fen)  # which the index has: no entry need be read
    if found[outcomes.WAITING].entries:
        found |= await _summed(connection, replace(wanted, outcome=outcomes.WAITING), SUBSIDY.c.ceiling_fen)
    return found


async def _summed(connection: AsyncConnection, wanted: LedgerFilter, fen: ColumnElement[Any]) -> dict[str, Sum]:
    columns = (SUBSIDY.c.outcome, func.count(), func.coalesce(func.sum(fen), 0))
    # every outcome is named, for that is what the index begins with
    query = wanted.select().where(SUBSIDY.c.outcome.in_(OUTCOMES)).with_only_columns(*columns)
    query = query.group_by(SUBSIDY.c.outcome)
    return {outcome: Sum(count, int(total)) for outcome, count, total in await connection.execute(query)}


async def articles(connection: AsyncConnection) -> list[str]:
    """The articles the ledger has entries under, in the order of the text."""
    query = select(SUBSIDY.c.article).where(SUBSIDY.c.article.is_not(None)).distinct()
    found = list((await connection.execute(query)).scalars())
    return sorted(found, key=lambda article: (len(article), article))
