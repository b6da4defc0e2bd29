"""What a letter is about, as the event behind it says: the programme, and the page of its receiver that shows it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from sqlalchemy import RowMapping

from services.talent.web.looks import to
from shared.contracts.talent import TalentChangeAsked
from shared.correspondence.letters import told

OWN_PAGES = {"broker": "/talent/mine/broker", "erasure": "/talent/mine/data"}
"""By the noun of an event, the one page of a person it is shown on."""


def programme_of(row: RowMapping) -> str:
    """The year's programme, or the contract of a broker's deal; nothing for a letter about anything else. Who applied
    is on the page it leads to."""
    event = told(row)
    if deal_of(event):
        return f"技术合同 {event.get('contract_no') or event['matter'].get('number', '')}"
    named = event.get("programme") or (event.get("matter") or {}).get("programme") or {}
    return str(named.get("name", "")) if isinstance(named, dict) else ""


def page_of(row: RowMapping, of: str) -> str | None:
    """The page below `of` (mine or unit): of the assessment, of the award, of the application; a broker's of his deal,
    or the one where he is registered; a request to be erased at what is known of him."""
    if row["subject"] is None:
        return None
    event = told(row)
    noun = row["subject"].split(".")[1]
    if deal := deal_of(event):
        return to("mine/deals", deal)
    if noun in OWN_PAGES:
        return OWN_PAGES[noun]
    if of == "unit" and event.get("matter"):
        return to("unit/payments", event["grant_id"])
    about = unquote(row["headers"].get("ce-subject", ""))
    matter = event.get("matter") or {}
    if row["subject"] == TalentChangeAsked.type_:  # the award is not the reader's: its page is the question alone
        return to(f"{of}/changes", event["change_id"])
    pages = {
        f"{of}/assessments": event.get("assessment_id"),
        f"{of}/awards": event.get("award_id") or matter.get("id"),
        f"{of}/applications": about if noun == "application" else None,
    }
    return next((to(page, id_) for page, id_ in pages.items() if id_), None)


def deal_of(event: Mapping[str, Any]) -> str:
    """The deal an event is about, or its money; empty if it is about none."""
    matter = event.get("matter") or {}
    return str(event.get("deal_id") or (matter.get("id", "") if matter.get("what") == "deal" else ""))
