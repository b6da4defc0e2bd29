"""What waits at a desk, as questions to the rows, each with the columns of shared.desk.rows."""

from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy import cast as sql_cast

from services.incubator.store import district_reviews, titles
from services.incubator.store.operator_tables import HNTE_CLAIM, REPORTED_CHANGE
from services.incubator.store.tables import (
    CARRIER,
    CHANGE,
    EVALUATION,
    MESSAGE_SEEN,
    OBJECTION,
    REPORT,
    ROUND,
    SPINE,
    TENANCY,
)
from services.incubator.store.title_tables import RECTIFICATION, TITLE_APPLICATION
from shared.desk.rows import NO_NUMBER, NOTHING, Asking, shown
from shared.messaging.parking import PARKED

RECOMMENDED, REJECTED = "yes", "no"
"""What the district said of a report; empty if it has not."""


def _of_carrier(
    id_: ColumnElement[Any],
    since: ColumnElement[Any],
    said: ColumnElement[Any],
    number: ColumnElement[Any] = NO_NUMBER,
) -> Select[Any]:
    return shown(id_, since, CARRIER.c.name, kind=CARRIER.c.kind, district=CARRIER.c.district, number=number, said=said)


def _submitted() -> Select[Any]:
    recommended = district_reviews.recommended()
    said = case((recommended.is_(None), ""), (sql_cast(recommended, Boolean), RECOMMENDED), else_=REJECTED)
    return (
        _of_carrier(REPORT.c.id, REPORT.c.submitted_at, said, number=REPORT.c.version)
        .select_from(REPORT)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(REPORT.c.state == "submitted", ROUND.c.state.in_(("open", "closed")))
    )


def reports_to_review_first(asking: Asking) -> Select[Any]:
    """Of districts: reports whose version that stands nobody has said anything of."""
    query = _submitted().where(district_reviews.recommended().is_(None))
    return query if asking.within is None else query.where(CARRIER.c.district.in_(asking.within))


def reports_to_accept(_: Asking) -> Select[Any]:
    return _submitted()


def _round(since: ColumnElement[Any]) -> Select[Any]:
    return shown(ROUND.c.id, since, NOTHING, kind=ROUND.c.kind, number=ROUND.c.year, said=ROUND.c.document_no)


def rounds_to_grade(_: Asking) -> Select[Any]:
    """Closed rounds in which nobody is to look at a report any more."""
    open_ = select(REPORT.c.id).where(REPORT.c.round_id == ROUND.c.id, REPORT.c.state.in_(("submitted", "returned")))
    return _round(ROUND.c.closes_on).where(ROUND.c.state == "closed", ~open_.exists())


def rounds_to_publicise(_: Asking) -> Select[Any]:
    graded = select(func.max(CHANGE.c.at)).where(
        CHANGE.c.noun == "round", CHANGE.c.of == ROUND.c.id, CHANGE.c.after == "graded"
    )
    return _round(graded.scalar_subquery()).where(ROUND.c.state == "graded")


def objections(_: Asking) -> Select[Any]:
    return (
        _of_carrier(OBJECTION.c.id, OBJECTION.c.filed_on, OBJECTION.c.grounds)
        .select_from(OBJECTION)
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(OBJECTION.c.state == "filed")
    )


def _applications(state: str) -> Select[Any]:
    asked = TITLE_APPLICATION.c
    return shown(
        asked.id, asked.submitted_on, asked.name, kind=asked.kind, district=asked.district, said=asked.level
    ).where(asked.state == state)


def applications_to_review_first(asking: Asking) -> Select[Any]:
    query = _applications("submitted")
    return query if asking.within is None else query.where(TITLE_APPLICATION.c.district.in_(asking.within))


def applications_to_decide(_: Asking) -> Select[Any]:
    return _applications("recommended")


def rectifications(asking: Asking) -> Select[Any]:
    """Orders whose last day has passed and that nobody has looked at."""
    return (
        _of_carrier(CARRIER.c.id, RECTIFICATION.c.until, RECTIFICATION.c.what)
        .select_from(RECTIFICATION)
        .join(CARRIER, CARRIER.c.id == RECTIFICATION.c.carrier_id)
        .where(RECTIFICATION.c.state == "ordered", RECTIFICATION.c.until < asking.today)
    )


def withdrawals(_: Asking) -> Select[Any]:
    """Titles the system proposes to withdraw: two failures in a row (国科发区〔2018〕300号 art. 14)."""
    return (
        titles.proposed()
        .order_by(None)
        .with_only_columns(
            *_of_carrier(CARRIER.c.id, EVALUATION.c.finalised_on, EVALUATION.c.reason).exported_columns,
            maintain_column_froms=True,
        )
    )


def changes_reported(_: Asking) -> Select[Any]:
    said = case((REPORTED_CHANGE.c.what == "area", REPORTED_CHANGE.c.new + " 平方米"), else_=REPORTED_CHANGE.c.new)
    return (
        _of_carrier(REPORTED_CHANGE.c.id, REPORTED_CHANGE.c.reported_at, said)
        .select_from(REPORTED_CHANGE)
        .join(CARRIER, CARRIER.c.id == REPORTED_CHANGE.c.carrier_id)
        .where(REPORTED_CHANGE.c.state == "pending")
    )


def tenants_claimed(_: Asking) -> Select[Any]:
    """Tenants said to have become a 高新技术企业: paid for only once a clerk has checked."""
    same = and_(TENANCY.c.carrier_id == HNTE_CLAIM.c.carrier_id, TENANCY.c.tenant_id == HNTE_CLAIM.c.tenant_id)
    return (
        _of_carrier(HNTE_CLAIM.c.id, HNTE_CLAIM.c.claimed_at, func.coalesce(TENANCY.c.name, HNTE_CLAIM.c.tenant_id))
        .select_from(HNTE_CLAIM)
        .join(CARRIER, CARRIER.c.id == HNTE_CLAIM.c.carrier_id)
        .outerjoin(TENANCY, same)
        .where(HNTE_CLAIM.c.state == "pending")
    )


def letters_held(_: Asking) -> Select[Any]:
    """Letters a person has to release, as their owner told, as one."""
    held = shown(literal("held"), func.min(MESSAGE_SEEN.c.at), NOTHING, number=func.count())
    return held.where(MESSAGE_SEEN.c.state == "held").having(func.count() > 0)


def letters_not_sent(_: Asking) -> Select[Any]:
    """Letters that have no address, or that a mail server refused or sent back, as one."""
    stuck = shown(literal("stuck"), func.min(MESSAGE_SEEN.c.at), NOTHING, number=func.count())
    return stuck.where(MESSAGE_SEEN.c.state.in_(("no_address", "failed", "bounced"))).having(func.count() > 0)


def events_parked(_: Asking) -> Select[Any]:
    """Events that could not be handled, as one."""
    parked = shown(literal("parked"), func.min(SPINE.parked.c.parked_at), NOTHING, number=func.count())
    return parked.where(SPINE.parked.c.state == PARKED).having(func.count() > 0)
