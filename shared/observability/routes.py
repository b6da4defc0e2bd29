"""What machines ask of a running site: /metrics, /health/live and /health/ready."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from shared.observability.health import reasons
from shared.observability.metrics import exposition, machine
from shared.running.running import Running
from shared.webkit.access import ANYBODY


def routes(runnings: Sequence[Running]) -> APIRouter:
    """Left out of the OpenAPI document: their forms are Prometheus's and every supervisor's."""
    router = APIRouter(include_in_schema=False)
    process = machine()

    @router.get("/metrics", dependencies=[ANYBODY])
    async def metrics(request: Request) -> Response:
        text, content_type = await exposition(runnings, process, request.headers.get("accept", ""))
        return Response(text, headers={"content-type": content_type, "cache-control": "no-store"})

    @router.get("/health/live", dependencies=[ANYBODY])
    async def live() -> JSONResponse:
        """That this is answered at all says that the process lives."""
        return JSONResponse({"status": "live"}, headers={"cache-control": "no-store"})

    @router.get("/health/ready", dependencies=[ANYBODY])
    async def ready() -> JSONResponse:
        found = [reason._asdict() for reason in await reasons(runnings)]
        answer = {"status": "not-ready" if found else "ready", "reasons": found}
        return JSONResponse(answer, 503 if found else 200, headers={"cache-control": "no-store"})

    return router
