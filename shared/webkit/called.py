"""What an account is called on a page. Templates ask with the filter `called`; whose names are known in a request is
set before by shared.webkit.naming. What nobody here has as an account stays as it is: a program's, an older system's.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

WHOSE: Mapping[str, str] = MappingProxyType({"schedule": "定时任务", "system": "系统", "office": "办公室"})
"""Who acts, where that is no person."""
NOBODY: Mapping[str, str] = MappingProxyType({})
NAMES: ContextVar[Mapping[str, str]] = ContextVar("names", default=NOBODY)


def called(account: str) -> str:
    return WHOSE.get(account) or NAMES.get().get(account, account)


def call_also(names: Mapping[str, str]) -> None:
    """Whoever else a page names, by account: an applicant in what happened to his own application. Whose name is not
    kept any more stays his account."""
    NAMES.set({**{account: name for account, name in names.items() if account and name}, **NAMES.get()})
