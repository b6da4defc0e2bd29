"""All applications over all calls, as the office lists them: narrow columns, filtered by what has an index."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, HAND_IN
from services.talent.store.tables import APPLICANT, CALL, UNIT
from shared.db.searching import contains


def every() -> Select[Any]:
    """Nothing of what was typed but the project's name: nobody needs more to find an application.

    Each row joined is at most one and joined from outside, so that a count need not look at any of them.
    """
    return (
        select(
            APPLICATION.c.id, APPLICATION.c.programme_id, APPLICATION.c.state, APPLICATION.c.project,
            APPLICATION.c.handed_in, APPLICATION.c.handed_in_at, APPLICATION.c.recommend_until,
            APPLICATION.c.correct_until, APPLICATION.c.unit_id, APPLICANT.c.name.label("applicant"),
            UNIT.c.name.label("unit"), UNIT.c.district, HAND_IN.c.receipt,
        )
        .outerjoin(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .outerjoin(
            HAND_IN,
            and_(HAND_IN.c.application_id == APPLICATION.c.id, HAND_IN.c.number == APPLICATION.c.handed_in),
        )
    )  # fmt: skip


RECEIPT = re.compile(r"[A-Za-z0-9-]+")
"""What a receipt's number is written with."""
ONLY_RECEIPT = re.compile(r"RC-\d{8}-[0-9A-F]{8}[0-9-]*", re.IGNORECASE)
"""A receipt's number written out: no name and no project holds one, so neither is searched for it."""


def holds(text: str) -> ColumnElement[bool]:
    """By the applicant's name, the project or any receipt: each is searched in its own index, not through the joins."""
    receipts = select(HAND_IN.c.application_id)  # they are written in capitals
    receipts = receipts.where(HAND_IN.c.receipt.contains(text.upper(), autoescape=True))
    if ONLY_RECEIPT.fullmatch(text):
        return APPLICATION.c.id.in_(receipts)
    other = APPLICATION.alias()
    named = select(other.c.id).join(APPLICANT, APPLICANT.c.id == other.c.applicant_id)
    found = [named.where(contains(APPLICANT.c.name, text)), select(other.c.id).where(contains(other.c.project, text))]
    if RECEIPT.fullmatch(text):
        found.append(receipts)
    return APPLICATION.c.id.in_(union(*found))


def in_district(district: str) -> ColumnElement[bool]:
    return APPLICATION.c.unit_id.in_(select(UNIT.c.id).where(UNIT.c.district == district))


async def units(connection: AsyncConnection) -> dict[str, str]:
    """The register of units, by name."""
    query = select(UNIT.c.id, UNIT.c.name).order_by(UNIT.c.name, UNIT.c.id)
    return {row.id: row.name for row in await connection.execute(query)}


async def districts(connection: AsyncConnection) -> list[str]:
    query = select(UNIT.c.district).where(UNIT.c.district != "").distinct().order_by(UNIT.c.district)
    return list((await connection.execute(query)).scalars())


async def called(connection: AsyncConnection) -> list[str]:
    """The calls there are, the newest year first."""
    query = select(CALL.c.programme_id).order_by(CALL.c.year.desc(), CALL.c.programme_id)
    return list((await connection.execute(query)).scalars())


async def titles(connection: AsyncConnection, ids: Sequence[str]) -> Sequence[RowMapping]:
    """Applications as a link names them."""
    query = every().where(APPLICATION.c.id.in_(ids)).order_by(APPLICATION.c.id)
    found: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return found


async def holding(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """Applications found by their applicant's name, their project or a receipt."""
    query = every().where(holds(text))
    found: Sequence[RowMapping] = (
        (await connection.execute(query.order_by(APPLICATION.c.id).limit(most))).mappings().all()
    )
    return found


async def units_holding(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    columns = (UNIT.c.name, UNIT.c.id, UNIT.c.credit_code)
    query = select(UNIT).where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return (await connection.execute(query.order_by(UNIT.c.name, UNIT.c.id).limit(most))).mappings().all()
