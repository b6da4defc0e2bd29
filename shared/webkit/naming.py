"""The names of accounts, read once for a page that somebody looks at.

The office reads a person's name and the account, under which the audit trail has him; everybody else the name alone.
Applicants are not among them: they are thousands, and a page that tells of one names him by his application. Experts
are named to the office alone, for nobody else may know who marked.
"""

from fastapi import Request

from shared.db.transaction import reading
from shared.identity import accounts
from shared.identity.opening import Identity
from shared.identity.roles import READERS, Role
from shared.webkit.access import who_of
from shared.webkit.called import NAMES, NOBODY


async def name_accounts(request: Request) -> None:
    """Sets what `called` says in this request; a program and a script's request are told accounts as they are."""
    NAMES.set(NOBODY)
    who = who_of(request)
    identity: Identity | None = request.app.state.named_by
    if identity is None or who is None or who.program or "text/html" not in request.headers.get("accept", ""):
        return
    office = who.may_be(*READERS)
    unnamed = (Role.APPLICANT,) if office else (Role.APPLICANT, Role.EXPERT)
    async with reading(identity.engine) as connection:
        found = await accounts.names(connection, but=unnamed)
    NAMES.set({id_: f"{name}（{id_}）" if office else name for id_, name in found.items()})
