"""What waits at the talent desk, as questions to the rows, each with the columns of shared.desk.rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from services.talent.store.award_tables import AWARD, INSTALMENT
from services.talent.store.broker_tables import DEAL
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money import CUT_SHORT, OF_INSTALMENT, OF_INTEREST, ROWS
from shared.desk.rows import Asking, shown

ENTRY, PAYMENT = LEDGER.subsidy, LEDGER.payment
SUBJECT = func.coalesce(AWARD.c.project, DEAL.c.title, LEDGER.subject)
"""What an entry is about, by name."""


def with_subjects(query: Select[Any]) -> Select[Any]:
    joined = query.outerjoin(AWARD, AWARD.c.id == LEDGER.subject)
    return joined.outerjoin(DEAL, DEAL.c.id == LEDGER.subject)


def _of_award(fen: ColumnElement[int] = ENTRY.c.amount_fen) -> Select[Any]:
    """What was awarded and stands, with its award and how far its payment is; `fen`: the amount it is about."""
    stands = ROWS.standing().where(ENTRY.c.outcome == "awarded").with_only_columns(ENTRY.c.id)
    since = func.coalesce(AWARD.c.ended_on, ENTRY.c.on_date)
    return (
        shown(ENTRY.c.id, since, AWARD.c.project, kind=AWARD.c.programme_id, fen=fen, said=AWARD.c.reason)
        .select_from(ENTRY)
        .join(AWARD, AWARD.c.id == LEDGER.subject)
        .outerjoin(PAYMENT, PAYMENT.c.subsidy_id == ENTRY.c.id)
        .where(ENTRY.c.id.in_(stands))
    )


def to_ask_back(_: Asking) -> Select[Any]:
    """Grants that were paid of awards that failed or were ended: to ask them back is proposed, the office decides.
    What a short budget had cut of one was not paid and is not asked back."""
    return _of_award(PAYMENT.c.amount_fen).where(PAYMENT.c.state == "paid", AWARD.c.state.in_(("failed", "terminated")))


def to_take_back(_: Asking) -> Select[Any]:
    """Grants that are not paid and will not be: their instalment was stopped after they had been computed, or it is the
    interest of an award that ended before its time."""
    stopped = select(INSTALMENT.c.id).where(OF_INSTALMENT, INSTALMENT.c.state == "stopped").correlate(ENTRY)
    unpaid = func.coalesce(PAYMENT.c.state, "") != "paid"
    return _of_award().where(unpaid, stopped.exists() | (OF_INTEREST & AWARD.c.state.in_(CUT_SHORT)))
