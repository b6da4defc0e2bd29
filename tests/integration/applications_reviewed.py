"""A second user of the review by experts: people apply to a call, and who reviews them does not learn their names.

Here a unit is what is marked itself, the parties behind it are the applicant, his employer and whoever he names, and
what is marked stands in the call. None of it is the incubator's.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from nats.aio.client import Client
from sqlalchemy import JSON, Column, Date, ForeignKey, MetaData, RowMapping, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.audit.tables import audit_tables
from shared.audit.trail import Trail
from shared.contracts.contact import TalentContactChanged, reviewer_person
from shared.contracts.talent.reviews import TalentReviewReleased, TalentReviewsAssigned, TalentReviewsDue
from shared.core.clock import SHANGHAI
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.correspondence.tables import seen_table
from shared.db.engine import NAMING
from shared.db.types import Instant
from shared.foreseeing.foresight import Foresight
from shared.foreseeing.web import Foreseeing
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing, recorded_changes
from shared.messaging.tables import POSITION, spine_tables
from shared.messaging.unit import Unit
from shared.review import Party
from shared.review import Unit as Reviewed
from shared.reviewing.area import Due, Indicator, Left, Marks, ReviewedRound, Reviewing, Shown, Subjects, Weighed, Words
from shared.reviewing.expert_pages import expert_pages
from shared.reviewing.own_pages import own_pages
from shared.reviewing.pages import ReviewPages, Tag
from shared.reviewing.register import RegisterExpert, register_expert
from shared.reviewing.review_rows import counted
from shared.reviewing.round_pages import round_pages
from shared.reviewing.tables import Pointer, review_tables
from shared.running.running import Running
from shared.running.service import Service
from shared.webkit.templates import Pages

METADATA = MetaData(naming_convention=NAMING)
CALL = Table(
    "call",
    METADATA,
    Column("programme_id", String(100), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("reviewed_until", Date),
    Column("criteria", JSON, nullable=False),
)
APPLICATION = Table(
    "application",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("programme_id", String(100), ForeignKey("call.programme_id"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("applicant", String(100), nullable=False),
    Column("employer", String(200), nullable=False),
    Column("behind", JSON, nullable=False),
)
CHANGE = Table(
    "change",
    METADATA,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    *(Column(name, String(200)) for name in ("noun", "of", "before", "after", "by")),
    Column("at", Instant(), nullable=False),
    Column("why", String(4000), nullable=False),
)
SPINE, AUDIT, SEEN = spine_tables(METADATA), audit_tables(METADATA), seen_table(METADATA)
TABLES = review_tables(
    METADATA,
    round_key="call.programme_id",
    subject=Pointer("subject_id", "application.id"),
    unit=Pointer("unit_id", "application.id"),
)
CHANGED = recorded_changes(CHANGE)
TRAILING = Trailing(AUDIT, CHANGED, {})
TRAIL = Trail(AUDIT, (CHANGED,))
CHANGES = Changes(CHANGE, TRAILING.note)
PROGRAMME = {"id": "young-2026", "name": "青年人才"}
FULL = {"ability": ("学术能力", 60), "plan": ("研究计划", 40)}


async def call(connection: AsyncConnection, round_id: str, *, hold: bool = False) -> ReviewedRound:
    row = await CHANGES.found(connection, CALL, round_id, "申报批次", hold=hold)
    return ReviewedRound(
        id=row["programme_id"],
        year=2026,
        open=row["state"] == "reviewed",
        state={"closed": "已截止", "reviewed": "评审中", "ranked": "已排序"}[row["state"]],
        until=row["reviewed_until"],
        kinds=("person",),
        rules="青年人才的评审标准",
        indicators=tuple(Indicator(code, label, full, "") for code, (label, full) in row["criteria"].items()),
        outlier_over=Fraction(1, 5),
        row=row,
    )


async def units(connection: AsyncConnection, round_id: str) -> Sequence[Reviewed]:
    rows = (await connection.execute(_of(round_id))).mappings()
    return [
        Reviewed(
            row["id"],
            row["title"],
            "person",
            (
                Party(row["applicant"], role="申报人"),
                Party(row["employer"], role="工作单位"),
                *(Party(name, role=role) for name, role in row["behind"]),
            ),
        )
        for row in rows
    ]


def _of(round_id: str) -> Any:
    return select(APPLICATION).where(APPLICATION.c.programme_id == round_id).order_by(APPLICATION.c.id)


async def blind(connection: AsyncConnection, _: ReviewedRound, ids: Collection[str]) -> Mapping[str, Shown]:
    """Experts see a number and a title."""
    rows = (await connection.execute(select(APPLICATION).where(APPLICATION.c.id.in_(ids)))).mappings()
    return {row["id"]: Shown(f"申报 {row['id']}", {"title": row["title"]}) for row in rows}


class Means:
    """What an application comes to: the sum of the means of its marks."""

    def __init__(self, marks: Mapping[str, Marks]) -> None:
        self.marks = marks

    def now(self, subject_id: str) -> Weighed:
        return self._of(self.marks[subject_id])

    def without(self, subject_id: str, expert: str, marks: Marks) -> Weighed:
        del subject_id
        return self._of({code: {who: mark for who, mark in of.items() if who != expert} for code, of in marks.items()})

    def _of(self, marks: Marks) -> Weighed:
        if not all(marks.values()):
            return Weighed(None, None, "没有评分")
        total = sum(sum(map(Fraction, of.values()), Fraction(0)) / len(of) for of in marks.values())
        return Weighed(str(total), None, "")


async def means(connection: AsyncConnection, round_: ReviewedRound) -> Means:
    return Means(await counted(connection, AREA, round_.id))


async def nothing_to_choose(_: AsyncConnection) -> Mapping[str, str]:
    return {}


class Telling:
    def contact(self, unit: Unit, expert_id: str, name: str, email: str, *, account: str, had: bool) -> None:
        if email or had:
            person = reviewer_person(expert_id)
            told = {
                "recipient_id": person,
                "person_id": person,
                "role": "expert",
                "email": email,
                "account": account or None,
            }
            unit.tell(TalentContactChanged.model_validate({**told, "name": name if email else ""}), email)

    def assigned(self, unit: Unit, round_: ReviewedRound, expert_id: str, units: int, draw_id: str) -> None:
        told = {**self._of(round_, expert_id), "draw_id": draw_id, "units": units}
        unit.tell(TalentReviewsAssigned.model_validate(told), expert_id)

    async def released(self, unit: Unit, round_: ReviewedRound, review: Left, left: int) -> None:
        ended = {"review_id": review.review_id, "application_id": review.subject_id, "outcome": review.outcome}
        told = {**self._of(round_, review.expert_id), **ended, "units": left}
        unit.tell(TalentReviewReleased.model_validate(told))

    def due(self, unit: Unit, round_: ReviewedRound, standing: Due) -> str:
        open_ = {"call_id": round_.id, "left": standing.left, "units": standing.units}
        told = {**self._of(round_, standing.expert_id), **open_, "stage": "overdue" if standing.late else "closing"}
        return unit.tell(TalentReviewsDue.model_validate(told), standing.expert_id, str(standing.number))

    def _of(self, round_: ReviewedRound, expert_id: str) -> Mapping[str, Any]:
        until = round_.until and round_.until.isoformat()
        return {"programme": PROGRAMME, "person_id": reviewer_person(expert_id), "until": until}


AREA = Reviewing(
    tables=TABLES,
    changes=CHANGES,
    trailing=TRAILING,
    letters=SEEN,
    subjects=Subjects(APPLICATION, "申报", "programme_id", "id", APPLICATION, "申报", "title"),
    words=Words(unit="申报", measure="份", behind="所选申报", tied="这份申报"),
    telling=Telling(),
    round=call,
    units=units,
    subject_of=lambda _, unit_id: unit_id,
    choices=nothing_to_choose,
    shown=blind,
    weigh=means,
)


async def _nothing_follows(_: Unit) -> None:
    """This service hears nothing."""


async def _nobody(_: AsyncConnection, __: Collection[Any]) -> Mapping[Any, Any]:
    return {}


def kit(folder: Path) -> ReviewPages:
    """Its pages: what is reviewed is shown by a template of its own in `folder`."""
    own = '{% extends "my_review.html" %}{% block reviewed %}<p>题目：{{ review.content.title }}</p>{% endblock %}'
    (folder / "reviewed_application.html").write_text(own, encoding="utf-8")
    pages = Pages(folder)
    return ReviewPages(
        area=AREA,
        pages=pages,
        foreseeing=Foreseeing(Foresight(CHANGE, None, _nothing_follows, {}, _nobody), pages),
        at="/talent",
        rounds="calls",
        named=lambda round_: f"{round_.year} 年青年人才",
        crumbs=lambda round_: [("申报批次", f"/talent/calls/{round_.id}")],
        subject_page=lambda id_: f"/talent/applications/{id_}",
        my_review="reviewed_application.html",
        content=lambda _, __: {},
        graded=lambda _: None,
        letter=lambda state: Tag(state, "calm"),
        called=str,
    )


class Calls:
    """A call with three applications and four experts, on a clock the test moves."""

    def __init__(self, engine: AsyncEngine, folder: Path) -> None:
        self.at(date(2026, 5, 4))
        pages = kit(folder)

        def routes(running: Running) -> APIRouter:
            router = APIRouter()
            for part in (own_pages, expert_pages, round_pages):
                router.include_router(part(running, pages))
            return router

        service = Service("talent", "人才", METADATA, SPINE, Path(), (), (), routes, trail=TRAIL)
        self.engine = engine
        self.running = Running(service, Settings(data=folder), engine, Client().jetstream(), lambda: self.instant)

    def at(self, day: date) -> None:
        self.instant = datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)

    async def prepared(self) -> None:
        async with self.engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
        call = {"programme_id": "young-2026", "state": "reviewed", "reviewed_until": date(2026, 5, 25)}
        people = {"A1": [["周导师", "导师"]], "A2": [["样例研究所", "曾合作单位"]], "A3": []}
        applications = [
            {
                "id": id_, "programme_id": "young-2026", "title": f"课题{id_}", "applicant": f"李某{id_}",
                "employer": f"样例大学{id_}", "behind": behind,
            }
            for id_, behind in people.items()
        ]  # fmt: skip
        async with self.running.unit("office") as unit:
            await unit.connection.execute(insert(CALL), [{**call, "criteria": FULL}])
            await unit.connection.execute(insert(APPLICATION), applications)
        employers = {"E1": "样例大学A1", "E2": "样例研究所", "E3": "别处", "E4": "另一处"}
        for id_, employer in employers.items():
            order = RegisterExpert(id=id_, name=f"专家{id_}", employer=employer, contact_email=f"{id_}@example.cn")
            await self.do(register_expert, order)

    async def do(self, work: Any, order: Any, by: str = "office") -> Any:
        async with self.running.unit(by) as unit:
            return await partial(work, area=AREA)(unit, order)

    async def told(self, type_: str) -> list[RowMapping]:
        query = select(SPINE.outbox).where(SPINE.outbox.c.subject.startswith(type_)).order_by(SPINE.outbox.c.position)
        async with self.running.look() as connection:
            return list((await connection.execute(query)).mappings())

    async def refused(self, work: Any, order: Any, by: str = "office") -> str:
        try:
            await self.do(work, order, by)
        except DomainError as error:
            return error.code
        return ""
