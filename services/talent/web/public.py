"""What the talent service offers to the public pages: who is to be supported, by call, and nothing more of them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import public_lists
from services.talent.store.application_tables import APPLICATION
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.objection_area import DECIDE_WITHIN
from services.talent.web.looks import programme_name
from shared.core.workdays import CALENDAR, WORKING, days_said
from shared.programme.load import load_programme
from shared.publicity.source import PublicRound, PublicSource, PublicWords, Question
from shared.webkit.listing import Column, Filter, Listing

WORDS = PublicWords(
    matter="拟支持名单",
    measure="名",
    own="拟入选的申报人也可以登录后在“我的申报”里提出。",
)


def _lasts(row: RowMapping) -> str:
    """As the programme says; whoever moves up is public as long, from a later first day on."""
    found = load_programme(row["programme_id"]).publicity
    said = days_said(found.days, WORKING if found.working else CALENDAR)
    later = row["last_until"] is not None and row["last_until"] > row["public_until"]
    return f"{said}，递补的自其公示之日起同样{said}" if later else said


async def _rounds(connection: AsyncConnection, today: date) -> Sequence[PublicRound]:
    return [
        PublicRound(
            id=row["programme_id"],
            year=row["year"],
            title=programme_name(row["programme_id"]),
            document_no=row["document_no"],
            public_from=row["public_from"],
            public_until=max(row["public_until"], row["last_until"] or row["public_until"]),
            finalised_on=row["selected_on"],
            units=row["names"],
            decide_within=DECIDE_WITHIN,
            lasts=_lasts(row),
            words=WORDS,
        )
        for row in await public_lists.calls(connection, today)
    ]


PEOPLE = (
    Column("name", "姓名", by=APPLICANT.c.name),
    Column("unit", "单位", by=UNIT.c.name),
    Column("project", "项目", by=APPLICATION.c.project),
    Column("programme_id", "计划", said=lambda row: programme_name(row["programme_id"])),
    Column("public_until", "公示至", "day", by=RESULT.c.public_until),
)


def _people(programme_id: str) -> Question:
    listing = Listing(
        name=f"公示-{programme_id}",
        columns=PEOPLE,
        filters=(Filter("unit", "单位", lambda value: UNIT.c.name == value, kind="text"),),
        search=(APPLICANT.c.name, UNIT.c.name, APPLICATION.c.project),
        order=(APPLICANT.c.name, APPLICATION.c.id),
        per_page=100,
        empty="名单上没有人",
        search_title="姓名、单位、项目",
    )
    return listing, public_lists.people(programme_id)


PUBLIC = PublicSource(rounds=_rounds, units=_people)
