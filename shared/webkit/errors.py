"""Errors as people and programs read them: a page in Chinese, or JSON with `code` and `message`."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.core.errors import DomainError
from shared.core.invalid import problems
from shared.observability.telemetry import trace_id
from shared.webkit.templates import Pages

PAGES = Pages()
STATUSES = {
    400: (
        "bad-request",
        "看不懂提交的内容",
        "提交的内容不完整、格式不对，或者有一项太长；请按浏览器的“后退”，核对后再提交。",
    ),
    401: ("unauthorised", "需要登录", "请先登录。"),
    403: ("forbidden", "没有权限", "这个账号不能做这件事。"),
    404: ("not-found", "没有这一页", "地址可能写错了，或者这一页已经没有了。"),
    405: ("method-not-allowed", "不能这样请求", "这个地址不接受这种请求方式。"),
    413: (
        "too-large",
        "内容太大",
        "提交的内容超过了限制，没有接收，也没有保存；请按浏览器的“后退”，减少内容或分几次提交。",
    ),
    422: ("invalid-input", "内容有误", "提交的内容需要改正。"),
}
DATA_EXCEPTION = "22"
NOT_STORABLE = "有一项太长、太大，或者含有不能保存的字符，没有保存；请按浏览器的“后退”，核对后再提交。"
UNEXPECTED = "程序出错了，这不是操作的问题。请把下面的追踪号告诉维护人员。"

log = logging.getLogger(__name__)


def wants_json(request: Request) -> bool:
    accept = request.headers.get("accept", "")
    return "/api/" in request.url.path or ("json" in accept and "html" not in accept)


def _answer(
    request: Request,
    status: int,
    heading: str,
    code: str,
    message: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,  # noqa: ANN401 - whatever the kind of error adds: fields, trace_id
) -> Response:
    if wants_json(request):
        return JSONResponse({"code": code, "message": message, **more}, status, dict(headers or {}))
    values = {"heading": heading, "code": code, "message": message, "fields": {}, "trace_id": None, **more}
    page = PAGES.show(request, "error.html", status, **values)
    page.headers.update(headers or {})
    return page


def refused(request: Request, error: DomainError) -> Response:
    """What the user can put right, in the words of whoever refused it."""
    heading = STATUSES.get(error.status, ("", "没有办成", ""))[1]
    return _answer(request, error.status, heading, error.code, error.message)


def unexpected(request: Request, error: Exception) -> Response:
    """A bug: the page says nothing of it but a number, under which the log says everything."""
    number = trace_id()
    log.error("%s %s failed", request.method, request.url.path, exc_info=error, extra={"trace_id": number})
    return _answer(request, 500, "程序出错了", "unexpected", UNEXPECTED, trace_id=number)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise TypeError from error
    return refused(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise TypeError from error
    fields = problems(error.errors())
    told = "；".join(f"{name} {problem}" for name, problem in fields.items())
    message = f"提交的内容有 {len(fields)} 处需要改正：{told}"
    return _answer(request, 422, "内容有误", "invalid-input", message, fields=fields)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise TypeError from error
    status = error.status_code
    code, heading, message = STATUSES.get(status, ("http-error", "没有办成", f"服务器的答复是 {status}。"))
    return _answer(request, status, heading, code, message, error.headers)


async def _not_stored(request: Request, error: Exception) -> Response:
    """Whatever no form bounds and no column holds is the sender's to mend (SQLSTATE class 22); the rest is a bug."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None) or ""
    if not state.startswith(DATA_EXCEPTION):
        raise error
    return refused(request, DomainError("not-storable", NOT_STORABLE, status=422))


def handle_errors(app: FastAPI) -> None:
    """What is raised on purpose; what is not, `Guards` catches."""
    app.add_exception_handler(DomainError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DBAPIError, _not_stored)
