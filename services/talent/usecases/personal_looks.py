"""Looking at an identity number, or at a document that shows one: only with a reason, and every look is recorded."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import applications, attachments, changes, trail
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import PERSONAL_LOOK
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.messaging.unit import Unit
from shared.programme.load import load_programme


class LookAtIdentity(BaseModel):
    """查看一份申报的身份证件号码，写明理由；每次查看都有记录。"""

    application_id: str
    why: str = Field(min_length=4, max_length=1000)


class LookAtDocument(BaseModel):
    """查看一份申报里涉及个人信息的材料（身份证件、劳动合同），写明理由；每次查看都有记录。"""

    application_id: str
    evidence_id: str
    why: str = Field(min_length=4, max_length=900)


async def look_at_identity(unit: Unit, order: LookAtIdentity, seal: Seal) -> str:
    """The number as it was last handed in; who looked, when and why stays."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报")
    given = await applications.last_hand_in(unit.connection, order.application_id)
    if given is None or given["id_number"] is None:
        raise DomainError("no-identity-number", "这份申报没有身份证件号码：还没有提交，或已经清除", status=409)
    await _record(unit, row, order.why.strip())
    return seal.open(given["id_number"])


async def look_at_document(unit: Unit, order: LookAtDocument) -> None:
    """Who looked at which document, when and why stays."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报")
    labels = (await personal_documents(unit.connection, order.evidence_id)).get(row["id"], [])
    if not labels:
        raise DomainError("no-such-evidence", "这份申报没有这份材料；请从申报的页面查看", status=404)
    await _record(unit, row, f"{'、'.join(labels)}：{order.why.strip()}")


async def personal_documents(connection: AsyncConnection, evidence_id: str) -> dict[str, list[str]]:
    """By application, as which documents its programme marks personal a file was handed in; empty: as none."""
    found: dict[str, list[str]] = {}
    for row in await attachments.handed_in_as(connection, evidence_id):
        asked = load_programme(row["programme_id"]).attachments
        labels = [each.label for each in asked if each.personal and each.code == row["place"]]
        if labels:
            found.setdefault(row["application_id"], []).extend(labels)
    return found


async def _record(unit: Unit, row: RowMapping, why: str) -> None:
    look: dict[str, Any] = {
        "applicant_id": row["applicant_id"], "application_id": row["id"], "by": unit.by, "at": unit.now, "why": why,
    }  # fmt: skip
    await unit.connection.execute(insert(PERSONAL_LOOK), [look])
    await trail.record(unit, trail.LOOKS, "identity:looked", [look])
