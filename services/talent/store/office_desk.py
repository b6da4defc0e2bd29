"""What waits at the office's desk before a selection and beside the awards, as questions to the rows: applications for
the formal check, brokers and their claims, requests to be erased."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select

from services.talent.domain.broker_reward import KIND
from services.talent.store.application_tables import APPLICATION
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.erasure_tables import ERASURE_REQUEST
from services.talent.store.tables import APPLICANT, CHANGE
from shared.desk.rows import Asking, shown


def _since(noun: str, after: str, id_: ColumnElement[str]) -> ColumnElement[Any]:
    """When the row of this id last came into the state it waits in."""
    query = select(func.max(CHANGE.c.at)).where(CHANGE.c.noun == noun, CHANGE.c.after == after, CHANGE.c.of == id_)
    return query.correlate(id_.table).scalar_subquery()


def to_check(_: Asking) -> Select[Any]:
    """Applications their units recommended, which the office accepts, returns or declines; with who applies."""
    since = _since("application", "recommended", APPLICATION.c.id)
    found = shown(
        APPLICATION.c.id, since, APPLICATION.c.project, kind=APPLICATION.c.programme_id, said=APPLICANT.c.name
    )
    joined = found.select_from(APPLICATION).join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
    return joined.where(APPLICATION.c.state == "recommended")


def brokers_to_register(_: Asking) -> Select[Any]:
    found = shown(BROKER.c.id, BROKER.c.asked_on, BROKER.c.name, kind=_kind())
    return found.select_from(BROKER).where(BROKER.c.state == "requested")


def claims_to_check(_: Asking) -> Select[Any]:
    """Deals whose reward was claimed and nobody has confirmed, returned or refused."""
    found = shown(DEAL.c.id, DEAL.c.claimed_on, DEAL.c.title, kind=_kind(), said=BROKER.c.name)
    joined = found.select_from(DEAL).join(BROKER, BROKER.c.id == DEAL.c.broker_id)
    return joined.where(DEAL.c.state == "claimed")


def to_erase(_: Asking) -> Select[Any]:
    """Requests to be erased that nobody has answered, with who asks."""
    found = shown(ERASURE_REQUEST.c.id, ERASURE_REQUEST.c.at, APPLICANT.c.name, said=ERASURE_REQUEST.c.reason)
    joined = found.select_from(ERASURE_REQUEST).join(APPLICANT, APPLICANT.c.id == ERASURE_REQUEST.c.applicant_id)
    return joined.where(ERASURE_REQUEST.c.state == "asked")


def _kind() -> ColumnElement[Any]:
    """What a desk narrowed by programme calls the rewards of brokers."""
    return literal(KIND)
