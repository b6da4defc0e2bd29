"""A service's operations over HTTP: one POST for each, described in OpenAPI by the orders themselves."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from shared.running.operation import Operation
from shared.running.running import Running
from shared.webkit.access import Known, May, may


class Done(BaseModel):
    """What an operation answers: an id, a number, or what it says of itself."""

    result: Any = None


def operations_api(running: Running, operations: Iterable[Operation]) -> APIRouter:
    """POST /<service>/api/<operation>: 200 with the result, or 4xx with a stable code and a Chinese message."""
    router = APIRouter(prefix="/api")
    for operation in operations:
        if operation.over_http:
            router.add_api_route(
                f"/{operation.name}",
                _endpoint(running, operation),
                methods=["POST"],
                summary=operation.says,
                operation_id=operation.name,
                response_model=Done,
                dependencies=[may(*operation.roles)],
                description=f"{operation.says}（{May(operation.roles).says}）",
            )
    return router


def _endpoint(running: Running, operation: Operation) -> Callable[..., Awaitable[Done]]:
    async def endpoint(order: BaseModel, who: Known) -> Done:
        async with running.unit(who.account) as unit:
            return Done(result=to_jsonable_python(await operation.does(unit, order)))

    endpoint.__annotations__["order"] = operation.order  # each operation has its own order, known only here
    return endpoint
