"""The event catalogue and the message interface (AsyncAPI), as pages and as documents for programs."""

import io
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from ruamel.yaml import YAML

from shared.core.errors import DomainError
from shared.messaging import watch
from shared.messaging.asyncapi import Document, asyncapi
from shared.running.running import Running
from shared.webkit.access import ANYBODY, LOGGED_IN
from shared.webkit.catalogue import by_publisher, entries
from shared.webkit.templates import Pages

PAGES = Pages()


def routes(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    shown = cache(lambda: entries(runnings))

    @router.get("/events", dependencies=[LOGGED_IN])
    async def events(request: Request) -> HTMLResponse:
        return PAGES.show(request, "events.html", count=len(shown()), publishers=by_publisher(shown()))

    @router.get("/events/{type_}", dependencies=[LOGGED_IN])
    async def event(request: Request, type_: str) -> HTMLResponse:
        found = next((each for each in shown() if each.type == type_), None)
        if found is None:
            raise DomainError("no-such-event", f"没有 {type_} 这种事件", status=404)
        return PAGES.show(request, "event.html", event=found, sample=pretty(found.example))

    @cache
    def document() -> Document:
        hosts = sorted({host for running in runnings for host in watch.hosts(running.jetstream)})
        consumers = [consumer for running in runnings for consumer in running.service.consumers]
        return asyncapi("苗圃事件", version("miaopu"), hosts, consumers)

    @router.get("/asyncapi", dependencies=[ANYBODY])
    async def interface(request: Request) -> HTMLResponse:
        return PAGES.show(request, "asyncapi.html", document=document(), events=shown(), pretty=pretty)

    @router.get("/asyncapi.json", dependencies=[ANYBODY])
    async def as_json() -> Response:
        return Response(orjson.dumps(document(), option=orjson.OPT_INDENT_2), media_type="application/json")

    @router.get("/asyncapi.yaml", dependencies=[ANYBODY])
    async def as_yaml() -> Response:
        return Response(yaml_text(document()), media_type="application/yaml")

    return router


def pretty(value: Any) -> str:  # noqa: ANN401 - JSON is any
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def yaml_text(document: Document) -> str:
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = False
    writer.allow_unicode = True
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # the order is the document's
    text = io.StringIO()
    writer.dump(document, text)
    return text.getvalue()
