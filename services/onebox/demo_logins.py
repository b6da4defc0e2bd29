"""The demo's accounts: one for each role, shown on its login page and nowhere else."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import update

from shared.db.transaction import reading, transaction
from shared.identity import accounts, passwords
from shared.identity.opening import Identity
from shared.identity.roles import TITLES, Role
from shared.identity.tables import ACCOUNT
from shared.identity.who import Grant
from shared.webkit.site import DemoLogin

KNOWN_TO_ALL = "dalian-2018-yanshi"


class Player(NamedTuple):
    account: str
    name: str
    role: Role
    scope: str = ""


PLAYERS = (
    Player("operator", "王运营", Role.OPERATOR, "U-Z12"),
    Player("district", "李初审", Role.DISTRICT, "高新园区"),
    Player("clerk", "张经办", Role.CLERK),
    Player("head", "赵负责", Role.HEAD),
    Player("finance", "钱财务", Role.FINANCE),
    Player("expert", "孙专家", Role.EXPERT, "x-01"),
    Player("applicant", "周申报", Role.APPLICANT, "p-001"),
    Player("newcomer", "吴新人", Role.APPLICANT, "p-900"),
    Player("broker", "陈经纪", Role.APPLICANT, "p-901"),
    Player("unit", "冯推荐", Role.UNIT, "TU-01"),
    Player("auditor", "吴审计", Role.AUDITOR),
    Player("administrator", "郑管理", Role.ADMINISTRATOR),
)
BESIDE = tuple(
    Player(f"x-{number:02}", f"样例专家{name}", Role.EXPERT, f"x-{number:02}")
    for number, name in enumerate("二三四五六七八", 2)
)
"""The other experts, with the same password: whoever has an application reviewed has all its marks given."""


async def demo_logins(identity: Identity) -> Sequence[DemoLogin]:
    """Makes the accounts if this demo has none yet; answers what its login page shows."""
    async with reading(identity.engine) as connection:
        there = await accounts.any_there(connection)
    if not there:
        password = await passwords.hashed(KNOWN_TO_ALL)
        async with transaction(identity.engine) as connection:
            for each in (*PLAYERS, *BESIDE):
                email, grants = f"{each.account}@example.cn", [Grant(each.role, each.scope)]
                await accounts.make(connection, each.account, each.name, email, grants, "demo", identity.now())
            await connection.execute(update(ACCOUNT).values(password=password))
    return [
        *(DemoLogin(TITLES[each.role], each.name, each.account, KNOWN_TO_ALL) for each in PLAYERS),
        DemoLogin(
            "其余评审专家", f"{BESIDE[0].account} 至 {BESIDE[-1].account}，密码相同", BESIDE[0].account, KNOWN_TO_ALL
        ),
    ]
