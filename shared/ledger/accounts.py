"""Where payees are paid to: each confirms an account; each confirmation is a version, and none is ever changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit.trail import Recorded
from shared.core.errors import DomainError
from shared.db.types import Instant
from shared.ledger.bank_accounts import Account, problems_of, typed_account
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing
from shared.messaging.unit import Unit

MOST_IDS = 5_000


def account_table(metadata: MetaData, name: str, payee: Column[str]) -> Table:
    """`payee` is the column of whose account it is; the number is digits alone, the explanation says why the holder is
    not called as the payee is."""
    return Table(
        name,
        metadata,
        payee,
        Column("version", Integer, primary_key=True, autoincrement=False),
        Column("holder", String(200), nullable=False),
        Column("bank", String(100), nullable=False),
        Column("branch", String(200), nullable=False),
        Column("number", String(30), nullable=False),
        Column("explanation", String(1000), nullable=False, default=""),
        Column("confirmed_by", String(200), nullable=False),
        Column("confirmed_at", Instant(), nullable=False),
    )


def recorded_accounts(table: Table, payee: str) -> Recorded:
    return Recorded(
        table,
        payee,
        (payee, "version", "holder", "bank", "branch", "number", "explanation", "confirmed_by", "confirmed_at"),
    )


class ConfirmedAccount(BaseModel):
    """确认收款账户：户名、开户银行、开户网点、账号。"""

    holder: str
    bank: str
    branch: str
    number: str
    explanation: str = ""
    based_on: int = Field(ge=0, le=2**31 - 1)
    """The version that was shown when this was typed; 0 if there was none."""
    committed: bool = False


class AccountUnclear(DomainError):
    """The account cannot be taken yet; `problems` says at which field and what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("account-has-problems", "；".join(problems.values()))


@dataclass(frozen=True)
class AccountRows:
    """The questions to a service's table of accounts; `payee` is its column of whose each is."""

    table: Table
    payee: str

    @property
    def of(self) -> ColumnElement[str]:
        return self.table.c[self.payee]

    async def latest(self, connection: AsyncConnection, payees: Collection[str]) -> dict[str, RowMapping]:
        """The account that holds of each of these, by payee; one without an account is not there."""
        found: dict[str, RowMapping] = {}
        wanted = sorted(set(payees))
        for start in range(0, len(wanted), MOST_IDS):
            last = (
                select(self.of.label("payee"), func.max(self.table.c.version).label("version"))
                .where(self.of.in_(wanted[start : start + MOST_IDS]))
                .group_by(self.of)
                .subquery()
            )
            query = select(self.table).join(last, (last.c.payee == self.of) & (last.c.version == self.table.c.version))
            found |= {row[self.payee]: row for row in (await connection.execute(query)).mappings()}
        return found

    async def history(self, connection: AsyncConnection, payee: str) -> Sequence[RowMapping]:
        """Every account the payee has confirmed, the newest first."""
        query = select(self.table).where(self.of == payee).order_by(self.table.c.version.desc())
        return (await connection.execute(query)).mappings().all()

    async def unconfirmed(
        self, connection: AsyncConnection, payees: Collection[str], register: FromClause
    ) -> Sequence[str]:
        """Those of these that have confirmed no account, by their name in the register; one it does not know, by its
        id."""
        missing = sorted(set(payees) - set(await self.latest(connection, payees)))
        found: dict[str, str] = {}
        for start in range(0, len(missing), MOST_IDS):
            query = select(register.c.id, register.c.name).where(register.c.id.in_(missing[start : start + MOST_IDS]))
            found |= {row.id: row.name for row in await connection.execute(query)}
        return sorted(found.get(id_, id_) for id_ in missing)


@dataclass(frozen=True)
class Accounts:
    """A service's own: its rows, its changes and its trail."""

    rows: AccountRows
    changes: Changes
    trailing: Trailing
    recorded: Recorded

    async def confirm(self, unit: Unit, payee: str, name: str, order: ConfirmedAccount) -> int:
        """Keeps the account as the payee's next version and answers its number. `name` is what the register calls the
        payee; whoever calls this holds its row.

        Sent twice, it is one version. If somebody else has confirmed another account meanwhile, nothing is kept:
        whoever sends it has not seen that one.
        """
        account = typed_account(order.model_dump(include=set(Account._fields)))
        problems = problems_of(account, name)
        if not order.committed:
            problems["committed"] = "请勾选，确认以上账户属于本单位、信息无误"
        if problems:
            raise AccountUnclear(problems)
        last = (await self.rows.latest(unit.connection, [payee])).get(payee)
        version = 0 if last is None else last["version"]
        if last is not None and version != order.based_on:
            if Account(*(last[name] for name in Account._fields)) == account:
                return int(version)
            message = f"{last['confirmed_by']} 刚刚确认了另一个账户（第 {version} 版，见下），请核对后再确认"
            raise DomainError("account-moved", message, status=409)
        row: dict[str, Any] = {
            self.rows.payee: payee, "version": version + 1, **account._asdict(), "confirmed_by": unit.by,
            "confirmed_at": unit.now,
        }  # fmt: skip
        await unit.connection.execute(insert(self.rows.table), [row])
        before = "confirmed" if version else None
        await self.changes.note(unit, "bank_account", [(payee, before, "confirmed")], f"第 {version + 1} 版")
        await self.trailing.record(unit, self.recorded, "account:confirmed", [row])
        return version + 1
