"""What the pages of the leader and of the office show of an interest claim alike: everything there is of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.interest_claim import CLAIMABLE
from services.talent.store import changes, interest
from services.talent.store.award_tables import AWARD
from services.talent.store.interest_tables import INTEREST_CLAIM
from services.talent.usecases.interest_claims import CHANGEABLE
from services.talent.web import award_view
from services.talent.web.looks import PAGES
from shared.core.errors import DomainError
from shared.programme.load import load_programme

PAGES.environment.globals.update(INTEREST_PLACES=interest.PLACES, CLAIMABLE=CLAIMABLE)


async def one_claim(connection: AsyncConnection, claim_id: str) -> dict[str, Any]:
    """Hand-ins, files, what was done, what the ledger made of it."""
    row = await changes.found(connection, INTEREST_CLAIM, claim_id, "贴息申请")
    award = await changes.found(connection, AWARD, row["award_id"], "入选项目")
    rows = (await interest.entries(connection, [claim_id]))[claim_id]
    return {
        "claim": row,
        "award": award,
        "programme": load_programme(award["programme_id"]),
        "hand_ins": await interest.hand_ins(connection, claim_id),
        "files": await interest.files(connection, claim_id),
        "steps": await changes.of(connection, [claim_id]),
        "entries": award_view.shown_entries(rows),
        "changeable": row["state"] in CHANGEABLE,
    }


async def claims_of(connection: AsyncConnection, award: RowMapping) -> list[dict[str, Any]] | None:
    """Each claim of an award with what the ledger made of it; None where the programme pays no interest."""
    if load_programme(award["programme_id"]).interest_years is None:
        return None
    rows = await interest.of_award(connection, award["id"])
    entries = await interest.entries(connection, [row["id"] for row in rows]) if rows else {}
    return [{"row": row, "entries": award_view.shown_entries(entries[row["id"]])} for row in rows]


def of_award(found: Mapping[str, Any], award_id: str) -> None:
    """A claim of another award is as good as none."""
    if found["award"]["id"] != award_id:
        raise DomainError("no-such-interest-claim", "这个项目没有这份贴息申请", status=404)


def file_names(found: Mapping[str, Any]) -> Mapping[str, RowMapping]:
    """Every file of a claim by id, so that a hand-in says what it was made with."""
    rows: Sequence[RowMapping] = [each for some in found["files"].values() for each in some]
    return {row["id"]: row for row in rows}
