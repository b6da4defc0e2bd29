"""The list of accounts: who may log in, what as, and whether a password and a second factor are set."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.identity import accounts, links
from shared.identity.roles import TITLES, Role
from shared.identity.tables import ACCOUNT, GRANT
from shared.identity.who import Grant
from shared.webkit.listing import Column, Filter, Listing

USABLE, UNSET, DISABLED = "usable", "unset", "disabled"
STATES = {USABLE: "可用", UNSET: "未设密码", DISABLED: "已停用"}
HANDED_OVER = "handed_over"
_STATE = case(
    (ACCOUNT.c.disabled_at.is_not(None), DISABLED), (ACCOUNT.c.password.is_(None), UNSET), else_=USABLE
)  # fmt: skip


class Known(NamedTuple):
    """What the list says of an account beside its own row. `mails`: what became of its newest link's mail."""

    grants: Mapping[str, Sequence[Grant]]
    mails: Mapping[str, str | None]


async def known(connection: AsyncConnection) -> Known:
    return Known(await accounts.every_grant(connection), await links.last_mails(connection))


def account_list(beside: Known) -> Listing:
    return Listing(
        "账号",
        (
            Column("id", "账号", by=ACCOUNT.c.id),
            Column("name", "姓名", by=ACCOUNT.c.name),
            Column("email", "邮箱", by=ACCOUNT.c.email),
            Column("roles", "角色", said=lambda row: _roles(beside.grants.get(row["id"], ()))),
            Column("state", "状态", kind="state", by=_STATE, said=lambda row: STATES[_state(row)]),
            Column("second_factor_since", "第二因素", kind="moment", by=ACCOUNT.c.second_factor_since),
            Column("mail", "设置密码的链接", said=lambda row: mail_said(row["id"], beside.mails)),
            Column("made_at", "建立时间", kind="moment", by=ACCOUNT.c.made_at),
        ),
        filters=(
            Filter("role", "角色", _with_role, {role.value: TITLES[role] for role in Role}),
            Filter("state", "状态", lambda state: state == _STATE, STATES),
            Filter(
                "factor", "第二因素", _with_second_factor, {"yes": "已登记", "no": "没有登记"},
            ),
        ),
        search=(ACCOUNT.c.id, ACCOUNT.c.name, ACCOUNT.c.email),
        order=(ACCOUNT.c.id,),
        empty="还没有账号，请在上面建立",
        search_title="账号、姓名、邮箱",
    )  # fmt: skip


def mail_said(account: str, mails: Mapping[str, str | None]) -> str | None:
    """What became of the newest link that was sent; nothing where none waits to be used."""
    if account not in mails:
        return None
    became = mails[account]
    if became is None:
        return "链接正在寄出"
    return "链接已交给邮件服务器" if became == HANDED_OVER else f"链接没有寄出：{became}"


def _with_role(role: str) -> ColumnElement[bool]:
    return ACCOUNT.c.id.in_(select(GRANT.c.account_id).where(GRANT.c.role == role))


def _with_second_factor(value: str) -> ColumnElement[bool]:
    since = ACCOUNT.c.second_factor_since
    return since.is_not(None) if value == "yes" else since.is_(None)


def _roles(grants: Sequence[Grant]) -> str:
    return "，".join(f"{TITLES[each.role]} {each.scope}".strip() for each in grants)


def _state(row: RowMapping) -> str:
    if row["disabled_at"] is not None:
        return DISABLED
    return UNSET if row["unset"] else USABLE
