"""The JSON API: one POST for each operation of the service, described in OpenAPI by the orders themselves."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Form, Header, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from services.incubator.operations import OPERATIONS, Operation
from services.incubator.usecases.import_workbook import ImportWorkbook, import_workbook
from services.incubator.workbook.read import WorkbookError
from shared.running.running import Running

ActingFor = Annotated[str, Header(alias="X-Acting", min_length=1, max_length=200, description="谁在办理")]


class Done(BaseModel):
    """What an operation answers: an id, a number, or what it says of itself."""

    result: Any = None


def api(running: Running) -> APIRouter:
    """POST /incubator/api/<operation>: 200 with the result, or 4xx with a stable code and a Chinese message."""
    router = APIRouter(prefix="/api", tags=["incubator"])
    for operation in OPERATIONS:
        if not operation.over_http:
            continue
        router.add_api_route(
            f"/{operation.name}",
            _endpoint(running, operation),
            methods=["POST"],
            summary=operation.says,
            operation_id=operation.name,
            response_model=Done,
        )
    router.add_api_route(
        "/import-workbook",
        _import(running),
        methods=["POST"],
        summary=(ImportWorkbook.__doc__ or "").strip(),
        operation_id="import-workbook",
        response_model=Done,
    )
    return router


def _import(running: Running) -> Callable[..., Awaitable[Response | Done]]:
    async def endpoint(
        file: UploadFile,
        rounds: Annotated[list[str] | None, Form()] = None,
        by: ActingFor = "office",
    ) -> Response | Done:
        with NamedTemporaryFile(suffix=".xlsx") as kept:
            kept.write(await file.read())
            kept.flush()
            try:
                async with running.unit(by) as unit:
                    done = await import_workbook(unit, ImportWorkbook(path=Path(kept.name), rounds=rounds or []))
            except WorkbookError as error:
                problems = [problem._asdict() for problem in error.problems]
                told = {"code": error.code, "message": error.message, "problems": problems}
                return JSONResponse(told, status_code=error.status)
        return Done(result=to_jsonable_python(done))

    return endpoint


def _endpoint(running: Running, operation: Operation) -> Callable[..., Awaitable[Done]]:
    async def endpoint(order: BaseModel, by: ActingFor = "office") -> Done:
        async with running.unit(by) as unit:
            return Done(result=to_jsonable_python(await operation.does(unit, order)))

    endpoint.__annotations__["order"] = operation.order  # each operation has its own order, known only here
    return endpoint
