"""The JSON API: the service's operations."""

from fastapi import APIRouter

from services.talent.operations import operations_with
from services.talent.web.sealing import seal_of
from shared.running.running import Running
from shared.webkit.operations import operations_api


def api(running: Running) -> APIRouter:
    """POST /talent/api/<operation>: 200 with the result, or 4xx with a stable code and a Chinese message."""
    return operations_api(running, operations_with(lambda: seal_of(running)))
