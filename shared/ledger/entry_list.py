"""The ledger as a list: which entries are asked for, some of them, and what all of them come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger import outcomes
from shared.ledger.rows import Sum
from shared.ledger.showing import Showing
from shared.ledger.tables import LedgerTables

AT_ONCE = 1_000
NEWEST = "-position"
"""How the list stands unless a column is chosen."""


@dataclass(frozen=True)
class Wanted:
    """Which entries are listed. Amounts are in fen; `standing`: only those that say how things stand; `narrowed`: what
    the service's own filters ask for."""

    year: int | None = None
    article: str | None = None
    outcome: str | None = None
    text: str = ""
    """A part of the name of the subject or payee, or an id."""
    from_on: date | None = None
    until_on: date | None = None
    least: int | None = None
    most: int | None = None
    payment: str | None = None
    """How far the payment is, where there is one."""
    standing: bool = False
    narrowed: tuple[ColumnElement[bool], ...] = ()
    sort: str = NEWEST

    def select(self, showing: Showing) -> Select[Any]:
        """The entries asked for, whole."""
        ledger = showing.ledger
        query = ledger.rows.standing() if self.standing else select(ledger.tables.subsidy)
        return query.where(*self._conditions(showing), *self.narrowed)

    def _conditions(self, showing: Showing) -> list[ColumnElement[bool]]:
        tables = showing.ledger.tables
        row, payment = tables.subsidy.c, tables.payment.c
        found: list[ColumnElement[bool]] = []
        if self.outcome is not None:
            found.append(row.outcome == self.outcome)
        if self.year is not None:
            found.append(showing.ledger.rows.of_year(self.year))
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
            found.append(row.id.in_(select(payment.subsidy_id).where(payment.state == self.payment)))
        if self.text:
            same = [each == self.text for each in (row.id, tables.subject, tables.payee, row.story)]
            found.append(or_(*showing.finds(self.text), *same))
        return found


def sorts(showing: Showing) -> Mapping[str, ColumnElement[Any]]:
    """What the list may be sorted by; entries that are alike stand newest first."""
    tables = showing.ledger.tables
    row, payment = tables.subsidy.c, tables.payment.c
    state = select(payment.state).where(payment.subsidy_id == row.id).correlate(tables.subsidy).scalar_subquery()
    return {
        "position": row.position,
        "date": row.on_date,
        showing.subject.name: func.coalesce(showing.called, tables.subject),
        "article": row.article,
        "outcome": row.outcome,
        "payment": state,
        "amount": func.coalesce(row.amount_fen, row.ceiling_fen, 0),
    }


def _with_names(showing: Showing, query: Select[Any]) -> Select[Any]:
    """Entries with what the registers call subject and payee, and how far their payment is."""
    subsidy, payment = showing.ledger.tables.subsidy, showing.ledger.tables.payment
    named = showing.listed(query).add_columns(payment.c.state.label("payment"))
    return named.outerjoin_from(subsidy, payment, payment.c.subsidy_id == subsidy.c.id)


async def positions(
    connection: AsyncConnection, showing: Showing, wanted: Wanted, most: int | None = None, skip: int = 0
) -> list[int]:
    """Which entries these are, in the order asked for: a row with its explanation is large and not read for that."""
    position = showing.ledger.tables.subsidy.c.position
    by = sorts(showing)[wanted.sort.removeprefix("-")]
    order = by.desc() if wanted.sort.startswith("-") else by.asc()
    found = wanted.select(showing).with_only_columns(position).order_by(order, position.desc())
    return list((await connection.execute(found.limit(most).offset(skip))).scalars())


async def at(connection: AsyncConnection, showing: Showing, positions: Sequence[int]) -> Sequence[RowMapping]:
    """The entries at these positions, in their order."""
    subsidy = showing.ledger.tables.subsidy
    query = _with_names(showing, select(subsidy).where(subsidy.c.position.in_(positions)))
    found = {row["position"]: row for row in (await connection.execute(query)).mappings()}
    return [found[position] for position in positions]


async def after(connection: AsyncConnection, showing: Showing, wanted: Wanted, position: int) -> Sequence[RowMapping]:
    """The next entries after this one in the order they were entered: a long list is read in parts."""
    column = showing.ledger.tables.subsidy.c.position
    query = _with_names(showing, wanted.select(showing).where(column > position)).order_by(column)
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(AT_ONCE))).mappings().all()
    return rows


async def sums(connection: AsyncConnection, showing: Showing, wanted: Wanted) -> dict[str, Sum]:
    """By outcome: how many entries, and what they come to; for what waits, the ceilings."""
    row = showing.ledger.tables.subsidy.c
    found = dict.fromkeys(outcomes.EVERY, Sum(0, 0))
    # the index has it: no entry need be read
    found |= await _summed(connection, showing, wanted, row.amount_fen)
    if found[outcomes.WAITING].entries:
        waiting = replace(wanted, outcome=outcomes.WAITING)
        found |= await _summed(connection, showing, waiting, row.ceiling_fen)
    return found


async def _summed(
    connection: AsyncConnection, showing: Showing, wanted: Wanted, fen: ColumnElement[Any]
) -> dict[str, Sum]:
    outcome = showing.ledger.tables.subsidy.c.outcome
    columns = (outcome, func.count(), func.coalesce(func.sum(fen), 0))
    # every outcome is named, for that is what the index begins with
    query = wanted.select(showing).where(outcome.in_(outcomes.EVERY)).with_only_columns(*columns).group_by(outcome)
    return {outcome: Sum(count, int(total)) for outcome, count, total in await connection.execute(query)}


async def articles(connection: AsyncConnection, tables: LedgerTables) -> list[str]:
    """The articles the ledger has entries under, in the order of the text."""
    article = tables.subsidy.c.article
    found = list((await connection.execute(select(article).where(article.is_not(None)).distinct())).scalars())
    return sorted(found, key=lambda each: (len(each), each))
