"""The service's pages."""

from fastapi import APIRouter

from shared.running.running import Running


def pages(running: Running) -> APIRouter:  # noqa: ARG001
    return APIRouter()
