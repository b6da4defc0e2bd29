"""Puts services together as one web site: their routes, the shared look, errors as pages, guards on every request."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import islice
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles

from shared.core.clock import Now
from shared.identity.opening import Identity
from shared.observability.routes import routes as watched
from shared.observability.telemetry import tracer_provider
from shared.publicity.pages import public_pages
from shared.running.running import Running
from shared.webkit.access import LOGGED_IN, FormOutdated, NotLoggedIn
from shared.webkit.accounts import MY_ACCOUNT
from shared.webkit.administration import ADMINISTRATION
from shared.webkit.asking import Asking, Asks, asked_by
from shared.webkit.audit import audit_pages
from shared.webkit.badges import count_badges
from shared.webkit.errors import handle_errors
from shared.webkit.forms import close_form
from shared.webkit.guards import Guards
from shared.webkit.interface import routes as interface
from shared.webkit.kept import ask_again
from shared.webkit.logins import LOGINS, ask_to_log_in
from shared.webkit.naming import name_accounts
from shared.webkit.openid import add_openid
from shared.webkit.parked import routes as parked
from shared.webkit.registration import registration
from shared.webkit.search import search_page
from shared.webkit.site import DemoLogin, Site, answers
from shared.webkit.templates import STATIC, Pages

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class _Kept(StaticFiles):
    """Static files are asked for by their content's hash, so a browser may keep them for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - as the library has it
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def make_app(
    title: str,
    runnings: Sequence[Running],
    *,
    now: Now,
    identity: Identity,
    asks: Asks | None = None,
    demo: bool = False,
    demo_logins: Sequence[DemoLogin] = (),
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """The site of these services, each under /<its name>. Whoever serves it may include further routers before it runs.

    A GET never commits: `transaction` refuses to begin while one is answered. `asks` finds out who sends a request;
    by default whoever has a session of `identity`. Before it is served, `check_rules` looks for routes without a rule.
    """
    app = FastAPI(
        title=f"{title}接口",
        version=version("miaopu"),
        lifespan=lifespan,
        dependencies=[Depends(count_badges), Depends(name_accounts), Depends(close_form)],
        docs_url=None,
        redoc_url=None,
        telemetry={"tracer_provider": tracer_provider(), "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.site = Site(title, now, demo, lru_cache(512)(partial(answers, app)), demo_logins)
    app.state.identity = identity
    app.state.named_by = identity if asks is None else None  # who asks otherwise is no account of ours
    app.state.runnings = tuple(runnings)
    for running in runnings:
        service = running.service
        app.include_router(service.routes(running), prefix=f"/{service.name}", tags=[service.title])
    homes = (running.service.home(running) for running in runnings if running.service.home is not None)
    for home in islice(homes, 1):
        app.include_router(home)
    grants = (running.service.registers for running in runnings if running.service.registers is not None)
    for grant in islice(grants, 1):
        app.include_router(registration(grant))
        app.state.site.registers = True
    app.include_router(public_pages(runnings))
    app.include_router(watched(runnings))
    app.include_router(interface(runnings))
    app.include_router(parked(runnings))
    app.include_router(search_page(runnings))
    app.include_router(audit_pages(runnings))
    for router in (LOGINS, MY_ACCOUNT, ADMINISTRATION):
        app.include_router(router)
    app.mount("/static", _Kept(directory=STATIC), name="static")
    app.add_api_route(
        "/api", _interface, dependencies=[LOGGED_IN], response_class=HTMLResponse, include_in_schema=False
    )
    handle_errors(app)
    app.add_exception_handler(NotLoggedIn, ask_to_log_in)
    app.add_exception_handler(FormOutdated, ask_again)
    add_openid(app, identity)
    app.add_middleware(Asking, asks=asks or asked_by(identity.who_has))
    app.add_middleware(Guards)
    return app


PAGES = Pages()


async def _interface(request: Request) -> HTMLResponse:
    """What programs may ask of this site, readable; the whole of it is /openapi.json."""
    document = request.app.openapi()
    operations = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if "/api/" in path
    ]
    return PAGES.show(request, "interface.html", operations=operations, document=document)
