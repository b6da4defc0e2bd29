"""What waits at the desk between the experts' draw and the selection that stands, as questions to the rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.review_tables import REVIEWS
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import APPLICANT, CALL
from shared.desk.rows import NO_NUMBER, Asking, shown
from shared.reviewing.life import HOLDING, OPEN

GIVEN, OBJECTION = REVIEWS.review, OBJECTIONS.objection
ACCEPTED = and_(APPLICATION.c.programme_id == CALL.c.programme_id, APPLICATION.c.state == "accepted")
"""An application of the call in question that experts review."""


def _call(since: ColumnElement[Any], number: ColumnElement[Any] = NO_NUMBER) -> Select[Any]:
    return shown(
        CALL.c.programme_id, since, CALL.c.programme_id, kind=CALL.c.programme_id, number=number
    ).select_from(CALL)  # fmt: skip


def _open_places(*columns: ColumnElement[Any]) -> Select[Any]:
    """Places of experts in the call in question that are not marked."""
    return (
        select(*columns)
        .select_from(GIVEN)
        .join(APPLICATION, APPLICATION.c.id == REVIEWS.subject(GIVEN))
        .where(GIVEN.c.round_id == CALL.c.programme_id, GIVEN.c.state.in_(OPEN), APPLICATION.c.state == "accepted")
        .correlate(CALL)
    )


def _drawn() -> ColumnElement[bool]:
    return select(GIVEN.c.id).where(GIVEN.c.round_id == CALL.c.programme_id).correlate(CALL).exists()


def _without_experts() -> ColumnElement[bool]:
    """That an accepted application of the call in question has no expert: nobody drew, or it was accepted since."""
    place = select(GIVEN.c.id).where(REVIEWS.subject(GIVEN) == APPLICATION.c.id, GIVEN.c.state.in_(HOLDING))
    return select(APPLICATION.c.id).where(ACCEPTED, ~place.correlate(APPLICATION).exists()).correlate(CALL).exists()


def to_draw(_: Asking) -> Select[Any]:
    """Calls that are closed, with accepted applications for which nobody has drawn experts."""
    return _call(CALL.c.closes_on).where(CALL.c.state == "closed", _without_experts())


def experts_to_remind(_: Asking) -> Select[Any]:
    """Calls that are closed in which experts have not marked all; how many places are open."""
    number = _open_places(func.count()).scalar_subquery()
    since = _open_places(func.min(GIVEN.c.invited_at)).scalar_subquery()
    return _call(since, number).where(CALL.c.state == "closed", _open_places(GIVEN.c.id).exists())


def to_rank(_: Asking) -> Select[Any]:
    """Calls that are closed in which every accepted application has its experts and every place is marked."""
    left = _open_places(GIVEN.c.id).exists() | _without_experts()
    return _call(CALL.c.closes_on).where(CALL.c.state == "closed", _drawn(), ~left)


def to_publicise(_: Asking) -> Select[Any]:
    ranked = select(func.max(RESULT.c.at)).where(RESULT.c.programme_id == CALL.c.programme_id)
    return _call(ranked.correlate(CALL).scalar_subquery()).where(CALL.c.state == "reviewed")


def to_close(_: Asking) -> Select[Any]:
    """Calls whose publicity is over for everybody, objections decided."""
    public = select(APPLICATION.c.id).where(
        APPLICATION.c.programme_id == CALL.c.programme_id, APPLICATION.c.state == "publicised"
    )
    return _call(CALL.c.public_until).where(CALL.c.state == "publicised", ~public.correlate(CALL).exists())


def to_decide(_: Asking) -> Select[Any]:
    """Objections nobody has decided; who objects is not among it."""
    name = APPLICANT.c.name
    return (
        shown(
            OBJECTION.c.id, OBJECTION.c.filed_on, name, kind=APPLICATION.c.programme_id, said=OBJECTION.c.grounds
        )
        .select_from(OBJECTION)
        .join(APPLICATION, APPLICATION.c.id == OBJECTIONS.about)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .where(OBJECTION.c.state == "filed")
    )  # fmt: skip
