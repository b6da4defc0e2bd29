"""Renders pages: templates of a service first, then those all services share; a name that is not given is an error."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shared.core.clock import SHANGHAI
from shared.core.exact import two_decimals
from shared.core.money import in_yuan, wan_text
from shared.core.workdays import days_said
from shared.identity.tokens import form_token
from shared.identity.who import Who
from shared.webkit.called import called
from shared.webkit.notices import DID, Notices, notice_of
from shared.webkit.scrolling import reachable

HERE = Path(__file__).parent
STATIC = HERE / "static"
NOTHING = "—"
"""What stands where a value is not known; it is never shown as zero."""


def yuan(amount: Decimal | str | None) -> str:
    """300000 -> 300,000.00; no unit, for a column's head says it."""
    if amount is None:
        return NOTHING
    return two_decimals(f"{Decimal(amount):,f}")


def wan(amount: Decimal | str | None) -> str:
    """300000 -> 30 万元."""
    return NOTHING if amount is None else wan_text(Decimal(amount))


def fen(amount: int | None) -> Decimal | None:
    """An amount of a row, in whole fen, as the filters for amounts take it."""
    return None if amount is None else in_yuan(amount)


def moment(instant: datetime | None) -> str:
    """An instant as people here read it: 2018-12-20 09:30 in Asia/Shanghai."""
    if instant is None:
        return NOTHING
    if instant.tzinfo is None:  # SQLite answers an instant without its zone; it was written in UTC
        instant = instant.replace(tzinfo=UTC)
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def second(instant: datetime) -> str:
    """An instant to the second, in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def day(on: date | None) -> str:
    return NOTHING if on is None else on.strftime("%Y-%m-%d")


def ticks(text: str) -> Markup:
    """Text in which `this` is code, and lines are joined as Chinese is written."""
    joined = re.sub(r"\s*\n\s*", "", text)
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(joined))))  # noqa: S704 - escaped before


@lru_cache
def static(name: str) -> str:
    """The address of a static file, which changes with its content so that a browser may keep it."""
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def environment(folder: Path | None) -> Environment:
    folders = [HERE / "templates"] if folder is None else [folder, HERE / "templates"]
    made = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(fen=fen, yuan=yuan, wan=wan, moment=moment, second=second, day=day, ticks=ticks, called=called)
    made.globals.update(static=static, days_said=days_said)
    return made


def _token_field(request: Request, who: Who | None) -> Markup:
    """The hidden field that shows that a form is this session's own."""
    if who is None or who.program:
        return Markup("")
    token = form_token(who.session, request.app.state.identity.secret)
    return Markup('<input type="hidden" name="form_token" value="{}">').format(token)


class Pages:
    """The pages of one service. Every template also knows `site`, `path`, `here(page=2)` (this address changed), `who`
    is logged in, the `token_field` that every form holds, and the `notice` of what was just done: `notices` are the
    sentences for it."""

    def __init__(self, folder: Path | None = None, notices: Notices | None = None) -> None:
        self.environment = environment(folder)
        self.notices = notices or {}

    def show(
        self, request: Request, name: str, status: int = 200, *, at: str | None = None, **values: object
    ) -> HTMLResponse:
        """`at`: the page's own address, where it is the answer to a form that was sent to another."""
        path = at or request.url.path

        def here(**changes: object) -> str:
            query = {**request.query_params, **changes}
            kept = {key: value for key, value in query.items() if value not in (None, "") and key != DID}
            return f"{path}?{urlencode(kept)}" if kept else path

        who: Who | None = getattr(request.state, "who", None)
        known = {
            "site": request.app.state.site,
            "path": path,
            "query": request.query_params,
            "here": here,
            "who": who,
            "badges": getattr(request.state, "badges", {}),
            "token_field": _token_field(request, who),
            "notice": notice_of(self.notices, request.query_params.get(DID, "")) if status == 200 else "",
        }
        text = self.environment.get_template(name).render(**known, **values)
        return HTMLResponse(reachable(text), status)
