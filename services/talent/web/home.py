"""The root of a site on which the service runs alone: whoever has work of his own is led to it."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import LOGGED_IN, Known

HOMES = {Role.APPLICANT: "/talent/mine", Role.UNIT: "/talent/unit"}
"""Where each role's own work is."""


def home(_: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/", dependencies=[LOGGED_IN])
    async def first(who: Known) -> Response:
        place = next((to for role, to in HOMES.items() if who.may_be(role)), "/account")
        return RedirectResponse(place, 303)

    return router
