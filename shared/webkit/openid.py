"""Logging in at the office's own provider. Coming back is a GET, and a GET never commits: the page that comes back
sends itself on as a form of this site."""

from typing import Annotated

from authlib.integrations.starlette_client import OAuthError
from fastapi import APIRouter, FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from httpx2 import HTTPError
from starlette.middleware.sessions import SessionMiddleware

from shared.core.errors import DomainError
from shared.db.transaction import transaction
from shared.identity.openid import enter, provider
from shared.identity.opening import Identity
from shared.webkit.access import ANYBODY, Ident
from shared.webkit.kept import HOME, inside
from shared.webkit.logins import let_in, login_page
from shared.webkit.templates import Pages

PAGES = Pages()
COOKIE = "miaopu-openid"
"""Holds state, nonce and verifier, signed, for as long as somebody is away at the provider."""
AWAY_SECONDS = 600


def add_openid(app: FastAPI, identity: Identity) -> None:
    """Offers it on the login page, if this installation has a provider."""
    settings = identity.settings
    if not settings.openid_url:
        return
    app.state.openid = provider(settings)
    app.state.site.openid = settings.openid_name
    app.include_router(_routes())
    app.add_middleware(
        SessionMiddleware, secret_key=identity.secret, session_cookie=COOKIE, max_age=AWAY_SECONDS,
        https_only=settings.base_url.startswith("https://"), path="/openid",
    )  # fmt: skip


def _routes() -> APIRouter:
    router = APIRouter(prefix="/openid", include_in_schema=False)

    @router.get("", dependencies=[ANYBODY])
    async def leave(request: Request, identity: Ident, next: str = HOME) -> Response:  # noqa: A002 - the field's name
        request.session["next"] = inside(next)
        try:
            away: Response = await request.app.state.openid.authorize_redirect(
                request, f"{identity.settings.base_url}/openid/back"
            )
        except (HTTPError, OSError, OAuthError, ValueError) as error:
            raise DomainError(
                "provider-away", f"统一登录没有应答（{type(error).__name__}），请用账号和密码登录", status=503
            ) from error
        return away

    @router.get("/back", dependencies=[ANYBODY])
    async def back(
        request: Request, code: str = "", state: str = "", error: str = "", error_description: str = ""
    ) -> HTMLResponse:
        if error or not code:
            why = DomainError(
                "provider-refused", f"统一登录没有通过：{error_description or error or '没有授权码'}", status=401
            )
            return login_page(request, HOME, error=why)
        return PAGES.show(request, "openid.html", code=code, state=state)

    @router.post("/enter", dependencies=[ANYBODY])
    async def come_in(
        request: Request,
        identity: Ident,
        code: Annotated[str, Form(max_length=4000)],  # noqa: ARG001 - the library reads it from the form itself
        state: Annotated[str, Form(max_length=1000)],  # noqa: ARG001 - likewise
    ) -> Response:
        next_ = inside(str(request.session.pop("next", HOME)))
        try:
            token = await request.app.state.openid.authorize_access_token(request)
            async with transaction(identity.engine) as connection:
                begun = await enter(
                    connection, token["userinfo"], request.headers.get("user-agent", ""), identity.now()
                )
        except OAuthError as error:
            why = DomainError("provider-refused", f"统一登录没有通过：{error.description or error.error}", status=401)
            return login_page(request, next_, error=why)
        except DomainError as error:
            return login_page(request, next_, error=error)
        return let_in(request, RedirectResponse(next_, 303), begun)

    return router
