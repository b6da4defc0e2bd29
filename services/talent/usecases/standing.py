"""How a call's ranking stands, as every step that depends on it and every page that shows it reads it."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.moving_places import Tally, least_of, placed
from services.talent.store import changes, ranked
from services.talent.store.tables import CALL
from shared.programme.load import load_programme
from shared.programme.model import Programme
from shared.programme.selection import Bands


class Standing(NamedTuple):
    """`bands`: where each total stands against the number of the call."""

    call: RowMapping
    programme: Programme
    tally: Tally
    bands: Bands

    @property
    def least(self) -> Decimal:
        return least_of(self.programme)

    def at(self, number: int) -> Bands:
        """Where each total would stand were so many to be selected."""
        return placed(self.tally.totals, number, self.programme)


async def standing(connection: AsyncConnection, programme_id: str) -> Standing:
    call = await changes.found(connection, CALL, programme_id, "申报批次")
    programme = load_programme(programme_id)
    tally = await ranked.tally(connection, programme_id)
    return Standing(call, programme, tally, placed(tally.totals, call["number"], programme))
