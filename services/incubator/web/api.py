"""The JSON API: the service's operations, and the workbook as a file."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

from fastapi import APIRouter, Form, Response, UploadFile
from fastapi.responses import JSONResponse
from pydantic_core import to_jsonable_python

from services.incubator.operations import OPERATIONS
from services.incubator.usecases.import_workbook import ImportWorkbook, import_workbook
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.operations import Done, operations_api
from shared.workbook.errors import WorkbookError

MOST_BYTES = 20_000_000


def api(running: Running) -> APIRouter:
    """POST /incubator/api/<operation>: 200 with the result, or 4xx with a stable code and a Chinese message."""
    router = operations_api(running, OPERATIONS)
    router.add_api_route(
        "/import-workbook",
        _import(running),
        methods=["POST"],
        dependencies=[may(Role.CLERK)],
        summary=(ImportWorkbook.__doc__ or "").strip(),
        operation_id="import-workbook",
        response_model=Done,
    )
    return router


def _import(running: Running) -> Callable[..., Awaitable[Response | Done]]:
    async def endpoint(
        file: UploadFile,
        who: Known,
        rounds: Annotated[list[str] | None, Form()] = None,
    ) -> Response | Done:
        if file.size is None or file.size > MOST_BYTES:
            raise DomainError("file-too-large", f"文件超过 {MOST_BYTES // 1_000_000} MB，请核对", status=413)
        with NamedTemporaryFile(suffix=".xlsx") as kept:
            kept.write(await file.read())
            kept.flush()
            try:
                async with running.unit(who.account) as unit:
                    done = await import_workbook(unit, ImportWorkbook(path=Path(kept.name), rounds=rounds or []))
            except WorkbookError as error:
                problems = [problem._asdict() for problem in error.problems]
                told = {"code": error.code, "message": error.message, "problems": problems}
                return JSONResponse(told, status_code=error.status)
        return Done(result=to_jsonable_python(done))

    return endpoint
