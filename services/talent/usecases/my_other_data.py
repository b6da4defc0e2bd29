"""What an applicant takes along beside his applications: his projects with their 任务书, objections, requests, letters,
and when somebody looked at his identity number."""

from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import awards, changes, interest, mine, taken_rows
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.usecases.my_broker_data import STEP, Files, kept, listed
from shared.evidence.files import files_of
from shared.objections.files import owner

AWARD = (
    "id", "programme_id", "contract_no", "project", "unit_id", "state", "amount_fen", "document_no", "awarded_on",
    "begins_on", "ends_on", "ended_on", "reason",
)  # fmt: skip
VERSION = ("number", "typed", "signed_by", "at")
CHANGE = (
    "kind", "state", "reason", "asked", "unit_agrees", "unit_opinion", "decision", "document_no", "decided_on", "at",
)  # fmt: skip
OPINION = ("number", "unit_id", "recommended", "opinion", "at")
SAID = ("number", "unit_id", "agrees", "opinion", "at")
CONCLUSION = ("number", "conclusion", "reason", "rectify_until", "effect", "at")
CLAIM = ("id", "year", "state", "typed", "handed_in", "claimed_on", "answer", "decided_on", "at")
CLAIMED = ("number", "loan_no", "principal_fen", "interest_from", "interest_until", "signed_by", "at")
OBJECTION = ("id", "about", "name", "contact", "grounds", "state", "filed_on", "decide_by", "reason")
REQUEST = ("state", "reason", "reply", "at")
LOOK = ("application_id", "why", "at")
ASKED = ("id", "project", "state", "agrees", "opinion", "at")
LETTER = ("letter", "state", "at")


async def taken_beside(connection: AsyncConnection, applicant_id: str) -> tuple[dict[str, Any], Files]:
    """All of it, and the files of his objections and of his claims of interest, by folder."""
    projects: list[dict[str, Any]] = []
    files: Files = []
    for row in await taken_rows.awards(connection, applicant_id):
        claims, of_claims = await _claims(connection, row)
        projects.append({**await _award(connection, row), "interest_claims": claims})
        files += of_claims
    objections: list[dict[str, Any]] = []
    for row in await taken_rows.objections(connection, applicant_id):
        attached = await files_of(connection, EVIDENCE, owner(row["id"]))
        objections.append({**kept(row, OBJECTION), "files": listed(attached)})
        files.append((f"objections/{row['id']}", attached))
    said = {
        "awards": projects,
        "objections": objections,
        "erasure_requests": [kept(row, REQUEST) for row in await mine.erasure_requests(connection, [applicant_id])],
        "looks_at_identity": [kept(row, LOOK) for row in await taken_rows.looks(connection, applicant_id)],
        "asked_to_lead": [kept(row, ASKED) for row in await awards.asked_to_lead(connection, applicant_id)],
        "letters": [kept(row, LETTER) for row in await taken_rows.letters(connection, applicant_id)],
    }
    return said, files


async def _award(connection: AsyncConnection, row: RowMapping) -> dict[str, Any]:
    return {
        **kept(row, AWARD),
        "contract": [kept(each, VERSION) for each in await awards.versions(connection, row["id"])],
        "changes": [kept(each, CHANGE) for each in await taken_rows.changes_of(connection, row["id"])],
        "steps": [kept(each, STEP) for each in await changes.of(connection, [row["id"]])],
    }


async def _claims(connection: AsyncConnection, award: RowMapping) -> tuple[list[dict[str, Any]], Files]:
    """What was claimed of an award's interest, also what was never handed in."""
    claims: list[dict[str, Any]] = []
    files: Files = []
    for row in await interest.of_award(connection, award["id"]):
        attached = await interest.files(connection, row["id"])
        claims.append(
            {
                **kept(row, CLAIM),
                "hand_ins": [kept(each, CLAIMED) for each in await interest.hand_ins(connection, row["id"])],
                "files": {place: listed(each) for place, each in attached.items()},
                "steps": [kept(each, STEP) for each in await changes.of(connection, [row["id"]])],
            }
        )
        folder = f"{award['programme_id']}/interest-{row['year']}-{row['id'][:8]}"
        files += [(f"{folder}/{place}", each) for place, each in attached.items()]
    return claims, files


async def opinions_of(connection: AsyncConnection, application_id: str) -> list[dict[str, Any]]:
    """What units said of one of his applications."""
    return [kept(each, OPINION) for each in await taken_rows.opinions(connection, application_id)]


async def said_of(connection: AsyncConnection, assessment_id: str) -> dict[str, Any]:
    """What the unit and the office said of one of his assessments."""
    said, concluded = await taken_rows.said_of(connection, assessment_id)
    return {
        "opinions": [kept(each, SAID) for each in said],
        "conclusions": [kept(each, CONCLUSION) for each in concluded],
    }
