"""The service's pages to look at: they ask the rows and change nothing."""

from fastapi import APIRouter

from services.incubator.web.carriers import carrier_pages
from services.incubator.web.chain import chain_pages
from services.incubator.web.evaluations import evaluation_pages
from services.incubator.web.home import overview_pages
from services.incubator.web.ledger import ledger_pages
from services.incubator.web.mine import my_pages
from services.incubator.web.rounds import round_pages
from services.incubator.web.schedules import schedule_pages
from services.incubator.web.subsidies import subsidy_pages
from shared.running.running import Running

PARTS = (
    overview_pages,
    round_pages,
    evaluation_pages,
    carrier_pages,
    ledger_pages,
    subsidy_pages,
    chain_pages,
    schedule_pages,
    my_pages,
)


def pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in PARTS:
        router.include_router(part(running))
    return router
