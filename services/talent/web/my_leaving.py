"""What is known of me goes: I ask for it, and once it is gone I end the account itself."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.usecases.erasing import AskErasure, ask_erasure
from services.talent.web.applicant import APPLICANT_ONLY, check_sure, introduced, present, text
from services.talent.web.my_address import PAGE
from services.talent.web.my_data import data_page, may_close
from shared.core.errors import DomainError
from shared.db.transaction import transaction
from shared.identity import accounts
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Ident, Known

MOST_REASON = 1000


def my_leaving_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/data", include_in_schema=False)

    @router.post("/erasure", dependencies=[APPLICANT_ONLY])
    async def erasure(request: Request, who: Known, identity: Ident) -> Response:
        """Asked once while the request is open; the office looks at it, for what money was paid for has to be kept."""
        form = await request.form()
        reason = " ".join(text(form, "reason").split())[:MOST_REASON]
        try:
            known = await introduced(identity, who)
            check_sure(text(form, "sure"), "请勾选“我确定申请清除”，再按“申请清除我的资料”")
            async with running.unit(who.account) as unit:
                await ask_erasure(unit, AskErasure(applicant_id=await present(unit, known), reason=reason))
        except DomainError as wrong:
            return await data_page(running, request, who, identity, wrong)
        return RedirectResponse(f"{PAGE}?done=asked", 303)

    @router.post("/close", dependencies=[APPLICANT_ONLY])
    async def close(request: Request, who: Known, identity: Ident) -> Response:
        """Ends the account itself, once nothing is known of its owner but that."""
        form = await request.form()
        try:
            check_sure(text(form, "close"), "请勾选“我确定注销账号”，再按“注销账号”")
            async with running.look() as connection:
                await _check_gone(connection, who)
            async with transaction(identity.engine) as connection:
                await accounts.close(connection, who.account, Role.APPLICANT, identity.now())
        except DomainError as wrong:
            return await data_page(running, request, who, identity, wrong, closing=True)
        return RedirectResponse("/login?closed=1", 303)

    return router


async def _check_gone(connection: AsyncConnection, who: Who) -> None:
    if not await may_close(connection, who):
        raise DomainError("still-known", "还有您的资料：请先申请清除，清除以后再注销账号", status=409)
