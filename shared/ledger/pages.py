"""All pages of a ledger, as a service includes them."""

from collections.abc import Callable

from fastapi import APIRouter

from shared.ledger.blocked_pages import blocked_pages
from shared.ledger.budget_pages import budget_pages
from shared.ledger.decision_pages import decision_pages
from shared.ledger.entry_pages import entry_pages
from shared.ledger.ledger_pages import ledger_pages
from shared.ledger.payment_pages import payment_pages
from shared.ledger.reversal_pages import reversal_pages
from shared.ledger.showing import Showing
from shared.running.running import Running

PARTS: tuple[Callable[[Running, Showing], APIRouter], ...] = (
    ledger_pages,
    entry_pages,
    reversal_pages,
    blocked_pages,
    decision_pages,
    budget_pages,
    payment_pages,
)


def money_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter()
    for part in PARTS:
        router.include_router(part(running, showing))
    return router
