"""What this service says of its review by experts: applications to a call, blind where the programme says so."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import changes, reviewed, selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.review_tables import REVIEWS
from services.talent.store.tables import CALL, MESSAGE_SEEN
from services.talent.store.trail import TRAILING
from services.talent.usecases.contacts import tell_expert
from services.talent.usecases.shown_to_experts import shown
from shared.contracts.contact import reviewer_person
from shared.contracts.talent import TalentReviewReleased, TalentReviewsAssigned, TalentReviewsDue
from shared.core.exact import two_decimals
from shared.evaluation import Unit as Marked
from shared.evaluation import score
from shared.messaging.unit import Unit
from shared.programme.load import load_programme
from shared.programme.model import Programme
from shared.reviewing.area import (
    Due,
    Indicator,
    Left,
    Marks,
    ReviewedRound,
    Reviewing,
    Subjects,
    Weighed,
    Words,
)

OPEN = ("open", "closed")
"""States of a call in which experts review: what was accepted early need not wait for the others."""


async def _round(connection: AsyncConnection, round_id: str, *, hold: bool = False) -> ReviewedRound:
    row = await changes.found(connection, CALL, round_id, "申报批次", hold=hold)
    programme = load_programme(round_id)
    rules = programme.review
    return ReviewedRound(
        id=programme.id,
        year=programme.year,
        open=row["state"] in OPEN,
        state=lifecycles.CALL.states[row["state"]],
        until=row["experts_until"],
        kinds=(programme.line,),
        rules=f"“{programme.title}”的评审办法",
        indicators=tuple(
            Indicator(each.code, each.label, each.full, each.help) for each in rules.scheme.expert_indicators
        ),
        outlier_over=rules.scheme.outlier_over,
        row=row,
    )


async def _choices(connection: AsyncConnection) -> Mapping[str, str]:
    query = select(APPLICATION.c.id, APPLICATION.c.project).where(APPLICATION.c.state.in_(reviewed.REVIEWED))
    return {id_: project or id_ for id_, project in await connection.execute(query.order_by(APPLICATION.c.project))}


class _Telling:
    """By ids and numbers alone."""

    def contact(self, unit: Unit, expert_id: str, name: str, email: str, *, account: str, had: bool) -> None:
        if email or had:
            tell_expert(unit, expert_id, name if email else "", email, account if email else None)

    def assigned(self, unit: Unit, round_: ReviewedRound, expert_id: str, units: int, draw_id: str) -> None:
        event = TalentReviewsAssigned.model_validate({**_of(round_, expert_id), "draw_id": draw_id, "units": units})
        unit.tell(event, expert_id, story=draw_id)

    async def released(self, unit: Unit, round_: ReviewedRound, review: Left, left: int) -> None:
        more = {
            "review_id": review.review_id, "application_id": review.unit_id, "outcome": review.outcome, "units": left,
        }  # fmt: skip
        event = TalentReviewReleased.model_validate({**_of(round_, review.expert_id), **more})
        unit.tell(event, story=review.draw_id)

    def due(self, unit: Unit, round_: ReviewedRound, standing: Due) -> str:
        more = {
            "call_id": round_.id, "left": standing.left, "units": standing.units,
            "stage": "overdue" if standing.late else "closing",
        }  # fmt: skip
        event = TalentReviewsDue.model_validate({**_of(round_, standing.expert_id), **more})
        # the first of a day is named by the day alone: whoever reminds at the same time tells the same event
        which = () if standing.number == 1 else (str(standing.number),)
        return unit.tell(event, standing.expert_id, str(unit.today), *which)


def _of(round_: ReviewedRound, expert_id: str) -> Mapping[str, Any]:
    return {
        "programme": {"id": round_.id, "name": load_programme(round_.id).title},
        "person_id": reviewer_person(expert_id),
        "until": round_.until and round_.until.isoformat(),
    }


class _Weigher:
    """A call's applications with the marks that count; each stands for itself, nothing is relative to the others."""

    def __init__(self, programme: Programme, units: Collection[Marked]) -> None:
        self._programme = programme
        self._of = {each.id: each for each in units}

    def now(self, subject_id: str) -> Weighed:
        return self._weighed(self._of.get(subject_id))

    def without(self, subject_id: str, expert: str, marks: Marks) -> Weighed:
        left = {code: [mark for who, mark in sorted(given.items()) if who != expert] for code, given in marks.items()}
        return self._weighed(Marked(subject_id, {}, left))

    def _weighed(self, unit: Marked | None) -> Weighed:
        if unit is None:
            return Weighed(None, None, "")
        (result,) = score(self._programme.review.scheme, [unit])
        if result.total is None:
            return Weighed(None, None, result.error.message if result.error else "")
        least = self._programme.review.scheme.grades[0].line
        reason = "" if result.total >= least else f"低于最低分 {least}"
        return Weighed(_written(result.total), None, reason)


def _written(total: Decimal) -> str:
    return two_decimals(f"{total:f}")


async def _weigh(connection: AsyncConnection, round_: ReviewedRound) -> _Weigher:
    return _Weigher(load_programme(round_.id), await selections.marked(connection, round_.id))


async def _ends(unit: Unit, round_: ReviewedRound, until: date) -> ReviewedRound:
    change = update(CALL).where(CALL.c.programme_id == round_.id).values(experts_until=until)
    await unit.connection.execute(change)
    state = round_.row["state"]
    await changes.note(unit, "call", [(round_.id, state, state)], f"专家评审截止 {until}")
    return await _round(unit.connection, round_.id)


AREA = Reviewing(
    tables=REVIEWS,
    changes=changes.CHANGES,
    trailing=TRAILING,
    letters=MESSAGE_SEEN,
    subjects=Subjects(APPLICATION, "申报", "programme_id", "id", APPLICATION, "申报", "project"),
    words=Words(unit="申报", measure="份", behind="所选申报的申报人和单位", tied="这份申报的申报人、团队或单位",
                subject_field="application_id",
                unit_field="application_id"),
    telling=_Telling(),
    round=_round,
    units=reviewed.units,
    subject_of=lambda _, unit_id: unit_id,
    choices=_choices,
    shown=shown,
    weigh=_weigh,
    ends=_ends,
    asks_for=reviewed.fields,
)  # fmt: skip
