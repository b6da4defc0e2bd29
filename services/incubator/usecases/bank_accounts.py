"""Confirm the account an organisation is paid to. Each confirmation is a version; none is ever changed."""

from collections.abc import Mapping

from pydantic import BaseModel, Field
from sqlalchemy import insert

from services.incubator.store import bank_accounts, changes, trail
from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.tables import ORGANISATION
from shared.core.errors import DomainError
from shared.ledger.bank_accounts import Account, problems_of, typed_account
from shared.messaging.unit import Unit


class ConfirmAccount(BaseModel):
    """确认收款账户：户名、开户银行、开户网点、账号。"""

    organisation_id: str
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


async def confirm_account(unit: Unit, order: ConfirmAccount) -> int:
    """Keeps the account as the organisation's next version and answers its number.

    Sent twice, it is one version. If somebody else has confirmed another account meanwhile, nothing is kept: whoever
    sends it has not seen that one.
    """
    organisation = await changes.found(unit.connection, ORGANISATION, order.organisation_id, "单位", hold=True)
    account = typed_account(order.model_dump(include=set(Account._fields)))
    problems = problems_of(account, organisation["name"])
    if not order.committed:
        problems["committed"] = "请勾选，确认以上账户属于本单位、信息无误"
    if problems:
        raise AccountUnclear(problems)
    last = (await bank_accounts.latest(unit.connection, [order.organisation_id])).get(order.organisation_id)
    version = 0 if last is None else last["version"]
    if last is not None and version != order.based_on:
        if Account(*(last[name] for name in Account._fields)) == account:
            return int(version)
        message = f"{last['confirmed_by']} 刚刚确认了另一个账户（第 {version} 版，见下），请核对后再确认"
        raise DomainError("account-moved", message, status=409)
    row = {
        "organisation_id": order.organisation_id,
        "version": version + 1,
        **account._asdict(),
        "confirmed_by": unit.by,
        "confirmed_at": unit.now,
    }
    await unit.connection.execute(insert(BANK_ACCOUNT), [row])
    before = "confirmed" if version else None
    await changes.note(unit, "bank_account", [(order.organisation_id, before, "confirmed")], f"第 {version + 1} 版")
    await trail.record(unit, trail.ACCOUNTS, "account:confirmed", [row])
    return version + 1
