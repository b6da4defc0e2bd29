"""The root of a site on which the service runs alone: whoever has work of his own is led to it, who looks at everything
sees the city."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.web.looks import PAGES
from shared.identity import roles
from shared.identity.roles import Role
from shared.running.running import Running
from shared.targets.drawing import city
from shared.webkit.access import LOGGED_IN, Known

HOMES = {Role.APPLICANT: "/talent/mine", Role.UNIT: "/talent/unit", Role.EXPERT: "/talent/reviews"}
"""Where each role's own work is."""


def home(_: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/", dependencies=[LOGGED_IN], response_class=HTMLResponse)
    async def first(request: Request, who: Known) -> Response:
        place = next((to for role, to in HOMES.items() if who.may_be(role)), None)
        if place is None and who.may_be(*roles.READERS):
            return PAGES.show(request, "city_home.html", city=await city(request.app.state.runnings))
        return RedirectResponse(place or "/account", 303)

    return router
