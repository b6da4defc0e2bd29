"""What experts review in a call: the accepted applications, who is behind each, and what of it an expert is shown."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, MEMBER
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import APPLICANT, UNIT
from shared import review
from shared.programme.load import load_programme

SEVERAL = re.compile(r"[、，,;；\n]+")
"""What stands between the names somebody wrote."""
REVIEWED = ("accepted",)


async def units(connection: AsyncConnection, programme_id: str) -> list[review.Unit]:
    """The accepted applications with everybody behind them: who applies, his unit, his team, his company, his adviser
    and whom he worked with in the last years, as he wrote them."""
    query = (
        select(APPLICATION, APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"), UNIT.c.credit_code)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .join(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .where(APPLICATION.c.programme_id == programme_id, APPLICATION.c.state.in_(REVIEWED))
        .order_by(APPLICATION.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    members: dict[str, list[review.Party]] = {}
    named = select(MEMBER.c.application_id, MEMBER.c.name).where(
        MEMBER.c.application_id.in_(select(APPLICATION.c.id).where(APPLICATION.c.programme_id == programme_id)),
        MEMBER.c.state != "removed",
    )
    for id_, name in await connection.execute(named.order_by(MEMBER.c.id)):
        members.setdefault(id_, []).append(review.Party(name, role="团队成员"))
    return [_unit(row, members.get(row["id"], ())) for row in rows]


async def fields(connection: AsyncConnection, programme_id: str) -> Counter[str]:
    """The fields the applications that are reviewed in a call name, and how many name each."""
    query = select(APPLICATION.c.typed).where(
        APPLICATION.c.programme_id == programme_id, APPLICATION.c.state.in_(REVIEWED)
    )
    named = [typed.get("field", "") for typed in (await connection.execute(query)).scalars()]
    return Counter(each.strip() for text in named for each in SEVERAL.split(text) if each.strip())


async def members(connection: AsyncConnection, ids: Collection[str]) -> dict[str, list[str]]:
    """The names in the team of each of these applications."""
    query = (
        select(MEMBER.c.application_id, MEMBER.c.name)
        .where(MEMBER.c.application_id.in_(ids), MEMBER.c.state != "removed")
        .order_by(MEMBER.c.id)
    )
    found: dict[str, list[str]] = {}
    for id_, name in await connection.execute(query):
        found.setdefault(id_, []).append(name)
    return found


def _unit(row: RowMapping, members: Sequence[review.Party]) -> review.Unit:
    typed: Mapping[str, str] = row["typed"]
    kind = load_programme(row["programme_id"]).line
    parties = [
        review.Party(typed.get("name", "").strip() or row["applicant"], role="申报人"),
        review.Party(row["unit"], row["credit_code"], row["unit_id"], "推荐单位"),
        *members,
    ]
    if typed.get("company", "").strip():
        parties.append(review.Party(typed["company"].strip(), typed.get("credit_code", "").strip(), role="企业"))
    for name, role in (("adviser", "导师"), ("partners", "近三年合作者")):
        parties += [
            review.Party(each.strip(), role=role) for each in SEVERAL.split(typed.get(name, "")) if each.strip()
        ]
    return review.Unit(row["id"], row["project"] or row["id"], kind, tuple(parties))


async def rows(connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
    """These applications with who applies and for which unit."""
    query = (
        select(APPLICATION, APPLICANT.c.name.label("applicant"), UNIT.c.name.label("unit"))
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .outerjoin(UNIT, UNIT.c.id == APPLICATION.c.unit_id)
        .where(APPLICATION.c.id.in_(ids))
        .order_by(APPLICATION.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def expert_names(connection: AsyncConnection) -> dict[str, str]:
    """The register of experts, also of those who are drawn no more."""
    expert = REVIEWS.expert.c
    return {row.id: row.name for row in await connection.execute(select(expert.id, expert.name))}
