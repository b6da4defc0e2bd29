"""What a round would come to under other lines, other quotas or another grade: computed, and written nowhere."""

from collections.abc import Mapping
from datetime import date

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.what_if import graded_under, moved
from services.incubator.usecases.grade_money import Amount, budget_left, ground
from services.incubator.usecases.round_standing import RoundStanding, round_standing
from shared.core.errors import DomainError
from shared.core.exact import plain
from shared.evaluation.scheme import GRADE_NAMES
from shared.messaging.unit import Unit


class WhatIf(BaseModel):
    """试算：移动分数线或名额比例（百分数，空为不限）以后，哪些单位的等次会变、金额差多少。什么也不写入。"""

    round_id: str
    lines: dict[str, str] = Field(default_factory=dict)
    quotas: dict[str, str | None] = Field(default_factory=dict)


class Changed(BaseModel):
    """A unit whose grade, or what it comes to, would change. Amounts in fen; one that is `open` waits for the
    office, and is the most it may decide."""

    evaluation_id: str
    carrier_name: str
    rank: int | None
    total: str | None
    before: str | None
    after: str | None
    reason: str
    fen_before: int
    fen_after: int
    open: bool
    blocked: str


class Budget(BaseModel):
    """The year's budget in fen, and what is left of it that nothing is approved or paid of."""

    year: int
    amount_fen: int
    taken_fen: int
    left_fen: int


class Compared(BaseModel):
    """Side by side: units by grade, and what all of them come to (fen)."""

    grades_before: dict[str, int]
    grades_after: dict[str, int]
    changed: list[Changed]
    fen_before: int
    fen_after: int
    blocked: int
    """How many of these units would lack a fact, and count nothing yet."""
    open: bool
    """Whether the sums hold amounts the office has still to decide, counted with the most it may decide."""
    budget: Budget | None
    own: Changed | None = None
    """Of the one evaluation that was asked about: what it comes to, changed or not."""

    @property
    def beyond_fen(self) -> int:
        """By how much the sum goes beyond what is left of the budget; 0 if it does not."""
        return 0 if self.budget is None else max(self.fen_after - self.budget.left_fen, 0)


async def what_if(unit: Unit, order: WhatIf) -> Compared:
    """The round under the lines and quotas asked for; bad-line says at which grade what is wrong."""
    standing = await round_standing(unit.connection, order.round_id)
    return await under(unit.connection, standing, order, unit.today)


async def under(connection: AsyncConnection, standing: RoundStanding, order: WhatIf, today: date) -> Compared:
    changed = moved(standing.scheme, order.lines, order.quotas)
    if changed.problems:
        raise DomainError("bad-line", "；".join(f"{name}：{told}" for name, told in changed.problems.items()))
    given = graded_under(changed.scheme, standing.results, standing.decided)
    after = {id_: (each.grade, each.reason) for id_, each in zip(standing.units, given, strict=True)}
    return await compared(connection, standing, standing, after, today)


async def compared(
    connection: AsyncConnection,
    now: RoundStanding,
    then: RoundStanding,
    after: Mapping[str, tuple[str | None, str]],
    today: date,
    own: str | None = None,
) -> Compared:
    """The round as it stands beside what it would be; `after`: grade and reason by evaluation, `then`: the figures that
    would count; `own`: whose amounts are told in any case. What is left of the budget is what others than these
    evaluations have left of it."""
    grades = {id_: grade for id_, (grade, _) in after.items()}
    known = await ground(connection, now, today)
    money_before = known.amounts(now.grades)
    money_after = (known if then is now else await ground(connection, then, today)).amounts(grades)
    found: list[Changed] = []
    asked: Changed | None = None
    for id_, each in now.units.items():
        grade, reason = after[id_]
        before_fen, after_fen = money_before[id_], money_after[id_]
        same = (grade, after_fen) == (each.grade, before_fen)
        if same and id_ != own:
            continue
        changed = Changed(
            evaluation_id=id_,
            carrier_name=each.carrier["name"],
            rank=each.rank,
            total=None if each.result.total is None else plain(each.result.total),
            before=each.grade,
            after=grade,
            reason=reason,
            fen_before=before_fen.fen,
            fen_after=after_fen.fen,
            open=before_fen.open or after_fen.open,
            blocked=after_fen.blocked or before_fen.blocked,
        )
        if id_ == own:
            asked = changed
        if not same:
            found.append(changed)
    left = await budget_left(connection, known.on, list(now.units))
    return Compared(
        grades_before=_counted(now.grades),
        grades_after=_counted(grades),
        changed=sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.evaluation_id)),
        own=asked,
        fen_before=_sum(money_before),
        fen_after=_sum(money_after),
        blocked=sum(bool(each.blocked) for each in money_after.values()),
        open=any(each.open for each in (*money_before.values(), *money_after.values())),
        budget=left and Budget(**left._asdict(), left_fen=left.left_fen),
    )


def _counted(grades: Mapping[str, str | None]) -> dict[str, int]:
    return {name: sum(grade == name for grade in grades.values()) for name in GRADE_NAMES}


def _sum(amounts: Mapping[str, Amount]) -> int:
    return sum(each.fen for each in amounts.values())
