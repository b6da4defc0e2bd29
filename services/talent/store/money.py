"""What the ledger's rows are about and to whom they go, in the registers' names; whose account is confirmed."""

from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import RowMapping, Select, String, and_, case, cast, extract, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.domain.broker_reward import KIND
from services.talent.store.award_tables import AWARD, INSTALMENT
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import UNIT
from shared.ledger.accounts import AccountRows
from shared.ledger.budgets import Budgets
from shared.ledger.causes import Causes
from shared.ledger.outcomes import AWARDED
from shared.ledger.rows import Rows
from shared.ledger.shortfalls import Shortfalls

ROWS, CAUSES, BUDGETS, SHORTFALLS = Rows(LEDGER), Causes(LEDGER), Budgets(LEDGER), Shortfalls(LEDGER)
ACCOUNTS = AccountRows(PAYEE_ACCOUNT, "payee_id")
MOST_IDS = 5_000
OF_INSTALMENT = and_(
    INSTALMENT.c.award_id == LEDGER.subject,
    LEDGER.subsidy.c.rule == "instalment-" + cast(INSTALMENT.c.number, String),
)
"""Which instalment an entry is, as the rules of every edition call it."""
KEPT_BACK = ("held", "stopped")
OF_INTEREST = LEDGER.subsidy.c.rule == "interest"
"""Whether an entry is a year's interest, as the rule of every edition calls it."""
CUT_SHORT = ("terminated", "failed")
"""States of an award that ended before its time: nothing further of it is paid."""
PAYEES = union_all(select(UNIT.c.id, UNIT.c.name), select(BROKER.c.id, BROKER.c.name)).subquery("payees")
"""Whoever money may go to: units and brokers, by id and name."""


def named(query: Select[Any]) -> Select[Any]:
    """Rows of the ledger with the project and contract they are about, and the unit or broker they go to."""
    return (
        query.add_columns(
            func.coalesce(AWARD.c.project, DEAL.c.title, LEDGER.subject).label("subject"),
            func.coalesce(AWARD.c.contract_no, DEAL.c.contract_no).label("contract_no"),
            case((DEAL.c.id.is_not(None), KIND), else_=AWARD.c.programme_id).label("kind"),
            func.coalesce(UNIT.c.name, BROKER.c.name, LEDGER.payee).label("payee"),
            func.coalesce(UNIT.c.credit_code, BROKER.c.credit_code).label("credit_code"),
        )
        .outerjoin_from(LEDGER.subsidy, AWARD, AWARD.c.id == LEDGER.subject)
        .outerjoin(DEAL, DEAL.c.id == LEDGER.subject)
        .outerjoin(UNIT, UNIT.c.id == LEDGER.payee)
        .outerjoin(BROKER, BROKER.c.id == LEDGER.payee)
    )


async def subjects(connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
    """The awards and deals of these ids that there are: `name`, `contract_no`, `kind`, and `deal` whether it is one."""
    found: dict[str, RowMapping] = {}
    award = select(
        AWARD.c.id, AWARD.c.project.label("name"), AWARD.c.contract_no, AWARD.c.programme_id.label("kind"),
        literal(False).label("deal"),
    )  # fmt: skip
    deal = select(
        DEAL.c.id, DEAL.c.title.label("name"), DEAL.c.contract_no, literal(KIND).label("kind"),
        literal(True).label("deal"),
    )  # fmt: skip
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), MOST_IDS):
        part = wanted[start : start + MOST_IDS]
        query = union_all(award.where(AWARD.c.id.in_(part)), deal.where(DEAL.c.id.in_(part)))
        found |= {row["id"]: row for row in (await connection.execute(query)).mappings()}
    return found


async def subjects_named(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    return {id_: row["name"] for id_, row in (await subjects(connection, ids)).items()}


async def years(connection: AsyncConnection) -> list[int]:
    """The years the ledger has entries of, the newest first."""
    year = extract("year", LEDGER.subsidy.c.on_date)
    return sorted({int(each) for each in (await connection.execute(select(year).distinct())).scalars()}, reverse=True)


async def unconfirmed(connection: AsyncConnection, payees: Collection[str]) -> Sequence[str]:
    """Those of these payees that have confirmed no account, by name; one no register knows, by its id."""
    return await ACCOUNTS.unconfirmed(connection, payees, PAYEES)


async def ranks(connection: AsyncConnection, entries: Collection[str]) -> Mapping[str, int]:
    """The rank in its call of each entry that belongs to an award; any other has none."""
    query = (
        select(LEDGER.subsidy.c.id, RESULT.c.rank)
        .join(AWARD, AWARD.c.id == LEDGER.subject)
        .join(RESULT, RESULT.c.application_id == AWARD.c.application_id)
        .where(LEDGER.subsidy.c.id.in_(entries), RESULT.c.rank.is_not(None))
    )
    return {row.id: row.rank for row in await connection.execute(query)}


async def withheld(connection: AsyncConnection, entries: Collection[str], *, hold: bool) -> Mapping[str, str]:
    """By entry, why an instalment is not to be paid: it was held or stopped after it had been computed. `hold`: nobody
    holds, stops or pays these instalments until this transaction ends."""
    query = (
        select(LEDGER.subsidy.c.id, LEDGER.subsidy.c.position, INSTALMENT.c.number, INSTALMENT.c.state)
        .join(INSTALMENT, OF_INSTALMENT)
        .where(LEDGER.subsidy.c.id.in_(entries))
        .order_by(INSTALMENT.c.award_id, INSTALMENT.c.number)
    )
    if hold:
        query = query.with_for_update(of=INSTALMENT, key_share=True)
    rows = sorted((await connection.execute(query)).all(), key=attrgetter("position"))
    kept = {
        row.id: f"第 {row.number} 期资助{lifecycles.INSTALMENT.states[row.state]}"
        for row in rows
        if row.state in KEPT_BACK
    }
    return {**kept, **await _interest_withheld(connection, entries, hold=hold)}


async def _interest_withheld(connection: AsyncConnection, entries: Collection[str], *, hold: bool) -> dict[str, str]:
    """A year's interest of an award that ended before its time; `hold`: none of these awards ends until this
    transaction does."""
    query = (
        select(LEDGER.subsidy.c.id, LEDGER.subsidy.c.year, AWARD.c.state)
        .join(AWARD, AWARD.c.id == LEDGER.subject)
        .where(LEDGER.subsidy.c.id.in_(entries), OF_INTEREST)
        .order_by(AWARD.c.id, LEDGER.subsidy.c.position)
    )
    if hold:
        query = query.with_for_update(of=AWARD, key_share=True)
    return {
        row.id: f"项目{lifecycles.AWARD.states[row.state]}，{row.year} 年的贴息停止拨付"
        for row in (await connection.execute(query)).all()
        if row.state in CUT_SHORT
    }


async def interest_was_paid(connection: AsyncConnection, award_id: str) -> bool:
    """Whether the ledger paid any interest of an award; what was asked back since was paid as well."""
    payment = LEDGER.payment
    query = (
        select(payment.c.subsidy_id)
        .join(LEDGER.subsidy, LEDGER.subsidy.c.id == payment.c.subsidy_id)
        .where(LEDGER.subject == award_id, OF_INTEREST, payment.c.state == "paid")
        .limit(1)
    )
    return (await connection.execute(query)).first() is not None


async def paid_instalments(connection: AsyncConnection, award_id: str) -> frozenset[int]:
    """The instalments of an award that the ledger paid, whether or not the award has heard of it; what was asked back
    since was paid as well."""
    payment = LEDGER.payment
    query = (
        select(INSTALMENT.c.number)
        .join(LEDGER.subsidy, OF_INSTALMENT)
        .join(payment, payment.c.subsidy_id == LEDGER.subsidy.c.id)
        .where(INSTALMENT.c.award_id == award_id, payment.c.state == "paid")
    )
    return frozenset((await connection.execute(query)).scalars())


async def to_be_paid(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    """What was computed of an award's instalments and interest, stands and was not paid: each entry, with the `number`
    of its instalment, if it is one."""
    query = (
        ROWS.standing()
        .add_columns(INSTALMENT.c.number)
        .outerjoin(INSTALMENT, OF_INSTALMENT)
        .outerjoin(LEDGER.payment, LEDGER.payment.c.subsidy_id == LEDGER.subsidy.c.id)
        .where(
            LEDGER.subject == award_id, LEDGER.subsidy.c.outcome == AWARDED, SHORTFALLS.due_fen() > 0,
            func.coalesce(LEDGER.payment.c.state, "") != "paid",
        )
        .order_by(INSTALMENT.c.number, LEDGER.subsidy.c.position)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def entries_of(connection: AsyncConnection, subject_id: str) -> Sequence[RowMapping]:
    """Everything the ledger has of an award or a deal, with how far its payment is; oldest first."""
    subsidy, payment = LEDGER.subsidy, LEDGER.payment
    query = (
        select(subsidy, payment.c.state.label("payment"), payment.c.paid_on, payment.c.document_no)
        .outerjoin(payment, payment.c.subsidy_id == subsidy.c.id)
        .where(LEDGER.subject == subject_id)
        .order_by(subsidy.c.position)
    )
    return (await connection.execute(query)).mappings().all()
