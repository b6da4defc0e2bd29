"""Who may use a route: one line at each, checked at every request, and none left out when the site starts.

`@router.get("/ledger", dependencies=[READERS])`. A route that anybody may use says so: `dependencies=[ANYBODY]`.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.routing import Mount

from shared.core.errors import DomainError
from shared.identity import roles
from shared.identity.opening import Identity
from shared.identity.roles import TITLES, Role
from shared.identity.tokens import form_token, same
from shared.identity.who import Who
from shared.webkit.guards import SAFE

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
FORM_HEADER = "x-form-token"


class NotLoggedIn(DomainError):
    def __init__(self) -> None:
        super().__init__("unauthorised", "请先登录", status=401)


class FormOutdated(DomainError):
    def __init__(self) -> None:
        super().__init__("form-outdated", "这一页是上次登录时打开的，没有执行；请刷新后再提交", status=403)


class May:
    """Only these roles; none named: anybody, logged in or not."""

    def __init__(self, allowed: Iterable[Role], *, anybody: bool = False) -> None:
        self.allowed = frozenset(allowed)
        self.anybody = anybody

    @property
    def says(self) -> str:
        if self.anybody:
            return "所有人"
        if self.allowed == roles.EVERYBODY:
            return "登录的人"
        return "、".join(TITLES[role] for role in Role if role in self.allowed)

    async def __call__(self, request: Request) -> None:
        if self.anybody:
            return
        who = who_of(request)
        if who is None:
            raise NotLoggedIn
        if not who.may_be(*self.allowed):
            raise DomainError(
                "forbidden", f"这里只有{self.says}可以用；您的账号 {who.account} 没有这个角色", status=403
            )
        if request.method not in SAFE and not who.program:
            await check_form(request, who)


def may(*allowed: Role) -> Any:  # noqa: ANN401 - as the library has it
    return Depends(May(allowed))


ANYBODY = Depends(May((), anybody=True))
LOGGED_IN = Depends(May(roles.EVERYBODY))
READERS = Depends(May(roles.READERS))
OFFICE = Depends(May(roles.OFFICE))


def who_of(request: Request) -> Who | None:
    """Who sent this request, if he is logged in and nothing has to be done first."""
    who: Who | None = getattr(request.state, "who", None)
    return None if who is None or who.must else who


def known(request: Request) -> Who:
    """Who sent this request, of a route that only people who are logged in may use."""
    who = who_of(request)
    if who is None:
        raise NotLoggedIn
    return who


Known = Annotated[Who, Depends(known)]
"""A route's parameter: the person who is logged in."""


def identity_of(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


Ident = Annotated[Identity, Depends(identity_of)]
"""A route's parameter: the accounts of this site."""


async def check_form(request: Request, who: Who) -> None:
    """A form of a browser carries its session's token: nobody else can have made it (CSRF)."""
    sent = request.headers.get(FORM_HEADER)
    if sent is None and "form" in request.headers.get("content-type", ""):
        field = (await request.form()).get(FORM_TOKEN)
        sent = field if isinstance(field, str) else None
    if sent is None or not same(sent, form_token(who.session, identity_of(request).secret)):
        raise FormOutdated


def rules(app: FastAPI) -> Iterator[tuple[str, str, May | None]]:
    """Every route of the site: its method, its path, and its rule if it has one."""
    for route in iter_route_contexts(app.router.routes):
        if isinstance(route.original_route, Mount):
            continue  # static files
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield method, route.path or "", _rule(route)


def _rule(route: RouteContext) -> May | None:
    if not isinstance(route.original_route, APIRoute):
        return None
    found = [each.call for each in route.dependant.dependencies if isinstance(each.call, May)]
    return found[-1] if found else None


OF_THE_LIBRARY = frozenset({"/openapi.json"})
"""The document of the interface: it holds no data."""


def check_rules(app: FastAPI) -> None:
    """A site never starts with a route that nobody has said who may use."""
    open_ = [f"{method} {path}" for method, path, rule in rules(app) if rule is None and path not in OF_THE_LIBRARY]
    if open_:
        raise RuntimeError(f"nobody has said who may use {'; '.join(open_)}")
