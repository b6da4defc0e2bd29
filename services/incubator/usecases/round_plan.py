"""The plan of a round, and everything that is wrong with one, field by field."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.round_calendar import Calendar, unknown_days, wrong_days
from services.incubator.store import registers
from shared.core.errors import DomainError
from shared.core.workdays import CALENDAR, WORKING, Known
from shared.evaluation import load_scheme


class RoundPlan(BaseModel):
    """一类载体一个年度的考评：指标方案、日程、公示期。"""

    year: int = Field(ge=2000, le=2100)
    kind: str = Field(max_length=50)
    scheme: str = Field(max_length=100)
    document_no: str = Field(min_length=1, max_length=100)
    opens_on: date
    closes_on: date
    district_until: date | None = None
    """区县初审截止；不写为不设期限。"""
    experts_until: date | None = None
    """专家评审截止；不写为不设期限。"""
    period: int | None = Field(default=None, ge=1990, le=2100)
    """数据期；不写为上一日历年。"""
    publicity_days: int = Field(default=5, ge=1, le=60)
    publicity_in: str = Field(default=WORKING, pattern=f"^({WORKING}|{CALENDAR})$")
    decide_within: int = Field(default=5, ge=1, le=60)
    corrections: int = Field(default=3, ge=0, le=20)

    @property
    def id(self) -> str:
        return f"{self.year}-{self.kind}"

    @property
    def calendar(self) -> Calendar:
        return Calendar(
            self.opens_on,
            self.closes_on,
            self.district_until,
            self.experts_until,
            self.publicity_days,
            self.publicity_in,
            self.decide_within,
        )


class WrongValue(NamedTuple):
    """One value of a plan that cannot stand: whose, which, and what to do about it."""

    kind: str
    field: str
    error: DomainError


class RoundsNotPlanned(DomainError):
    """Nothing was set up: all that is wrong, by round and field."""

    def __init__(self, wrong: list[WrongValue]) -> None:
        super().__init__("rounds-not-planned", f"还有 {len(wrong)} 处要改正，一个批次也没有设立", status=422)
        self.wrong = wrong


async def wrong_values(
    connection: AsyncConnection, plan: RoundPlan, not_before: date | None = None
) -> list[WrongValue]:
    """Everything wrong with a plan. The calendar is asked now whether it knows the days the publicity may fall on, not
    on the day itself. `not_before`: a round cannot open on a day that has passed."""
    known = await registers.calendar(connection)
    return [WrongValue(plan.kind, field, error) for field, error in _wrong(plan, known, not_before)]


def _wrong(plan: RoundPlan, known: Known, not_before: date | None) -> Iterator[tuple[str, DomainError]]:
    try:
        scheme = load_scheme(plan.scheme)
    except DomainError as error:
        yield "scheme", error
    else:
        if scheme.carrier != plan.kind:
            told = f"指标方案“{plan.scheme}”不用于 {plan.kind}，请选用它的方案"
            yield "scheme", DomainError("wrong-scheme", told)
    if re.search(r"[〕\])】]\s*号", plan.document_no):
        yield "document_no", DomainError("bad-document-number", f"文号“{plan.document_no}”缺少号数，请补上")
    if not_before is not None and plan.opens_on < not_before:
        told = f"开放日期 {plan.opens_on} 已经过去，请改为 {not_before} 或以后"
        yield "opens_on", DomainError("bad-dates", told)
    wrong = wrong_days(plan.calendar)
    for field, told in wrong.items():
        yield field, DomainError("bad-dates", told)
    if not wrong:
        for field, told in unknown_days(plan.calendar, known).items():
            yield field, DomainError("no-calendar", told)
