"""Who applies, behind a request: what is his, and the row he gets with the first thing he does."""

import re

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from services.talent.usecases.people import RegisterApplicant, register_applicant
from shared.core.errors import DomainError
from shared.db.transaction import reading
from shared.identity import accounts
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.webkit.access import may
from shared.webkit.forms import order_of

APPLICANT_ONLY = may(Role.APPLICANT)
LABELS = {"id": "申报人编号", "name": "姓名", "email": "邮箱", "phone": "电话", "account": "账号"}
NOT_SURE = "not-sure"
MOST_VERSION = 2**31 - 1
MOST_TYPED = 100_000
"""As much of a field as is looked at; beyond it nothing is kept at all."""
_HALF = re.compile("[\ud800-\udfff]")
NO_CHARACTER = "\ufffd"
LONGEST_NUMBER = 20


def ids_of(who: Who) -> tuple[str, ...]:
    """The applicant this account is: one, as a rule."""
    return who.scopes(Role.APPLICANT)


async def own(connection: AsyncConnection, who: Who, application_id: str) -> RowMapping:
    """Somebody else's application is as good as none."""
    row = await changes.found(connection, APPLICATION, application_id, "申报")
    if row["applicant_id"] not in ids_of(who):
        raise DomainError("no-such-application", f"没有申报“{application_id}”", status=404)
    return row


async def introduced(identity: Identity, who: Who) -> RegisterApplicant:
    """As his account knows him; its address is proved, for its password was set under a link mailed there."""
    async with reading(identity.engine) as connection:
        row = await accounts.found(connection, who.account)
    known = {"id": ids_of(who)[0], "account": who.account, "name": row["name"], "email": row["email"]}
    return order_of(RegisterApplicant, known, LABELS)


async def present(unit: Unit, order: RegisterApplicant) -> str:
    """The applicant's id; his row is made now, if this is the first thing he does."""
    return await register_applicant(unit, order)


def check_sure(sure: str, told: str) -> None:
    """What cannot be taken back is done once a box is ticked as well."""
    if sure != "yes":
        raise DomainError(NOT_SURE, told)


def text(form: FormData, name: str) -> str:
    """A text of a form as it was typed, its lines ended alike; half of a character, which nothing can keep, is the
    sign for that. A file sent under its name is none."""
    value = form.get(name)
    if not isinstance(value, str):
        return ""
    return _HALF.sub(NO_CHARACTER, value[: MOST_TYPED + 1].replace("\0", "").replace("\r\n", "\n"))


def version(typed: str) -> int:
    """The version a form was made from; what is no number is as old as can be."""
    fine = typed.isascii() and typed.isdecimal() and len(typed) < LONGEST_NUMBER
    return min(int(typed), MOST_VERSION) if fine else 0
