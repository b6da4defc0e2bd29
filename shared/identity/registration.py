"""People who make their own account: what they type is checked, and the address proves itself by the mail it gets.

An address that has an account already is told so in a mail and nowhere else: whoever types a stranger's address learns
nothing. That an account's name is taken has to be said, for its owner must choose another; tries are counted.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity import accounts, attempts
from shared.identity.tables import ACCOUNT
from shared.identity.who import Grant
from shared.reading.identifiers import email as address_of

BY = "registration"
"""Who made an account that its owner made himself."""
LEAST_OF_NAME, MOST_OF_NAME = 2, 40
BETWEEN = " ·.-'’"
"""What stands between the letters of a name."""


class Registering(NamedTuple):
    account: str
    name: str
    email: str


class Registered(NamedTuple):
    """What is mailed to the address: the link of the new account, or which accounts it has already."""

    email: str
    token: str | None
    known: tuple[str, ...]


class RegistrationWrong(DomainError):
    """`problems`: what to do about each field."""

    def __init__(self, problems: Mapping[str, str], status: int = 422) -> None:
        self.problems = dict(problems)
        super().__init__("registration-wrong", "；".join(problems.values()), status=status)


def problems_of(typed: Registering) -> dict[str, str]:
    """What is wrong with what was typed, by field. A name goes into a mail to an address nobody has proved to be his:
    it holds letters, and no message or address of anything."""
    found = {}
    name = typed.name.strip()
    if not LEAST_OF_NAME <= len(name) <= MOST_OF_NAME or not all(each.isalpha() or each in BETWEEN for each in name):
        found["name"] = f"请写身份证件上的姓名，{LEAST_OF_NAME} 到 {MOST_OF_NAME} 个字，不写数字和符号"
    if not accounts.NAME.fullmatch(typed.account.strip().lower()):
        found["account"] = "账号用小写字母、数字、点、横线或下划线，2 到 99 个字符，以字母或数字开头"
    try:
        address_of(typed.email)
    except DomainError:
        found["email"] = "请写能收到邮件的邮箱地址，如 name@example.cn"
    return found


async def register(
    connection: AsyncConnection, typed: Registering, grant: Callable[[], Grant], now: datetime
) -> Registered:
    """Makes the account with what it is granted; an address that has one gets no second."""
    problems = problems_of(typed)
    if problems:
        raise RegistrationWrong(problems)
    account = typed.account.strip().lower()
    if (await connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.id == account))).first() is not None:
        raise RegistrationWrong(
            {"account": f"账号 {account} 已经有了，换一个"}, 409
        )  # whether the address is known or not
    address = address_of(typed.email)
    query = select(ACCOUNT.c.id).where(func.lower(ACCOUNT.c.email) == address.lower()).order_by(ACCOUNT.c.id)
    known = tuple((await connection.execute(query)).scalars())
    if known:
        return Registered(address, None, known)
    try:
        token = await accounts.make(connection, account, typed.name, address, [grant()], BY, now)
    except DomainError as wrong:  # two people chose the same name at the same moment
        raise RegistrationWrong({"account": wrong.message}, wrong.status) from None
    return Registered(address, token, ())


async def count_mail(connection: AsyncConnection, email: str, address: str, now: datetime) -> None:
    """Raises if too many mails were asked for to an e-mail address, or from a network address; counted apart from
    logins."""
    whose, origin = f"register {email.strip().lower()}", f"register {address}"
    try:
        await attempts.check(connection, whose, origin, now)
    except DomainError as refused:
        minutes = int(attempts.WITHIN.total_seconds() // 60)
        told = f"试得太频繁，请 {minutes} 分钟后再试；邮件没有收到，请看看垃圾邮件"
        raise DomainError(refused.code, told, status=refused.status) from None
    await attempts.failed(connection, whose, origin, now)
