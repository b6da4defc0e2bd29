"""The result document of a round, for paper: units by grade, as it is issued under its document number."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.incubator.store import changes, public_lists
from services.incubator.store.tables import CARRIER, EVALUATION, ROUND
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import GRADES
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS


def round_print_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("/{round_id}/print", dependencies=[READERS], response_class=HTMLResponse)
    async def result(request: Request, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            row = await changes.found(connection, ROUND, round_id, "考评批次")
            if row["state"] != "finalised":
                told = f"{round_id} 的等次还没有确定；公示期满、异议处理完以后才有结果文件"
                raise DomainError("not-finalised", told, status=409)
            query = public_lists.units(round_id).add_columns(EVALUATION.c.withdrawal_proposed)
            rows = (await connection.execute(query.order_by(CARRIER.c.name, CARRIER.c.id))).mappings().all()
        grades = {shown.name: [each for each in rows if each["grade"] == grade] for grade, shown in GRADES.items()}
        return PAGES.show(request, "round_print.html", round=row, grades=grades, units=len(rows))

    return router
