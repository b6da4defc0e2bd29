"""Looking at an identity number: only with a reason, and every look is recorded."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import insert

from services.talent.store import applications, changes, trail
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import PERSONAL_LOOK
from shared.core.errors import DomainError
from shared.core.sealed import Seal
from shared.messaging.unit import Unit


class LookAtIdentity(BaseModel):
    """查看一份申报的身份证件号码，写明理由；每次查看都有记录。"""

    application_id: str
    why: str = Field(min_length=4, max_length=1000)


async def look_at_identity(unit: Unit, order: LookAtIdentity, seal: Seal) -> str:
    """The number as it was last handed in; who looked, when and why stays."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报")
    given = await applications.last_hand_in(unit.connection, order.application_id)
    if given is None or given["id_number"] is None:
        raise DomainError("no-identity-number", "这份申报没有身份证件号码：还没有提交，或已经清除", status=409)
    look: dict[str, Any] = {
        "applicant_id": row["applicant_id"], "application_id": row["id"], "by": unit.by, "at": unit.now,
        "why": order.why.strip(),
    }  # fmt: skip
    await unit.connection.execute(insert(PERSONAL_LOOK), [look])
    await trail.record(unit, trail.LOOKS, "identity:looked", [look])
    return seal.open(given["id_number"])
