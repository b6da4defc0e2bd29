"""What a letter is about, as the event behind it says: the programme, and the page of its receiver that shows it."""

from urllib.parse import unquote

from sqlalchemy import RowMapping

from services.talent.web.looks import to
from shared.correspondence.letters import told


def programme_of(row: RowMapping) -> str:
    """The year's programme; nothing for a letter about anything else. Who applied is on the page it leads to."""
    event = told(row)
    named = event.get("programme") or (event.get("matter") or {}).get("programme") or {}
    return str(named.get("name", "")) if isinstance(named, dict) else ""


def page_of(row: RowMapping, of: str) -> str | None:
    """The page below `of` (mine or unit): of the assessment, of the award, of the application."""
    if row["subject"] is None:
        return None
    event = told(row)
    if "assessment_id" in event:
        return to(f"{of}/assessments", event["assessment_id"])
    matter = event.get("matter") or {}
    if matter and of == "unit":
        return to("unit/payments", event["grant_id"])
    award = event.get("award_id") or (matter.get("id") if matter.get("what") != "deal" else None)
    if award:
        return to(f"{of}/awards", award)
    about = unquote(row["headers"].get("ce-subject", ""))
    return to(f"{of}/applications", about) if about and row["subject"].split(".")[1] == "application" else None
