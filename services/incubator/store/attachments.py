"""Files of reports in the database: attached to the draft now, and those each version was handed in with."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import trail
from services.incubator.store.evidence_tables import EVIDENCE, REPORT_FILE, REPORT_VERSION_FILE
from shared.core.errors import DomainError
from shared.evidence.files import Owner
from shared.evidence.states import INFECTED
from shared.messaging.unit import Unit

FILES = EVIDENCE.evidence


def owner_of(report_id: str) -> Owner:
    return Owner("report", report_id)


async def attached(connection: AsyncConnection, report_id: str) -> Sequence[RowMapping]:
    """What is attached to a report's draft now, in the order it came."""
    query = (
        select(
            REPORT_FILE.c.place, REPORT_FILE.c.name, REPORT_FILE.c.by, REPORT_FILE.c.at, FILES.c.id, FILES.c.kind,
            FILES.c.bytes, FILES.c.sha256, FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == REPORT_FILE.c.evidence_id)
        .where(REPORT_FILE.c.report_id == report_id)
        .order_by(REPORT_FILE.c.at, REPORT_FILE.c.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def handed_in(connection: AsyncConnection, report_id: str) -> Sequence[RowMapping]:
    """The files of every version that was handed in, with what became of each since."""
    kept = REPORT_VERSION_FILE.c
    query = (
        select(
            kept.version, kept.place, kept.name, kept.bytes, kept.sha256, FILES.c.id, FILES.c.by, FILES.c.at,
            FILES.c.kind, FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == kept.evidence_id)
        .where(kept.report_id == report_id)
        .order_by(kept.version.desc(), kept.place, kept.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def is_attached(connection: AsyncConnection, report_id: str, place: str, evidence_id: str) -> bool:
    query = select(REPORT_FILE.c.place).where(_this(report_id, place, evidence_id))
    return (await connection.execute(query)).first() is not None


async def attach(unit: Unit, report_id: str, place: str, evidence_id: str, name: str) -> None:
    this = {"report_id": report_id, "place": place, "evidence_id": evidence_id, "name": name}
    await unit.connection.execute(insert(REPORT_FILE), [this | {"by": unit.by, "at": unit.now}])


async def detach(connection: AsyncConnection, report_id: str, place: str, evidence_id: str) -> bool:
    """Whether it was there."""
    return (await connection.execute(delete(REPORT_FILE).where(_this(report_id, place, evidence_id)))).rowcount > 0


def _this(report_id: str, place: str, evidence_id: str) -> Any:  # noqa: ANN401 - a condition of the library's
    row = REPORT_FILE.c
    return (row.report_id == report_id) & (row.place == place) & (row.evidence_id == evidence_id)


async def is_needed(connection: AsyncConnection, evidence_id: str) -> bool:
    """Whether a draft has a file in some place, or any version was handed in with it."""
    for table in (REPORT_FILE, REPORT_VERSION_FILE):
        query = select(table.c.report_id).where(table.c.evidence_id == evidence_id).limit(1)
        if (await connection.execute(query)).first() is not None:
            return True
    return False


async def was_handed_in(connection: AsyncConnection, report_id: str, evidence_id: str) -> bool:
    """Whether any version of the report had this file."""
    kept = REPORT_VERSION_FILE.c
    query = select(kept.version).where(kept.report_id == report_id, kept.evidence_id == evidence_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def hand_in(unit: Unit, report_id: str, version: int) -> None:
    """Writes down which files a version has, by hash, and enters them in the audit trail."""
    found = await attached(unit.connection, report_id)
    infected = [row["name"] for row in found if row["state"] == INFECTED]
    if infected:
        told = f"附件“{'”、“'.join(infected)}”查出病毒，已经删除；请移除，换一份干净的，再提交"
        raise DomainError("evidence-infected", told)
    rows = [
        {
            "report_id": report_id,
            "version": version,
            "evidence_id": row["id"],
            **{name: row[name] for name in ("place", "name", "bytes", "sha256")},
        }
        for row in found
    ]
    if rows:
        await unit.connection.execute(insert(REPORT_VERSION_FILE), rows)
        await trail.record(unit, trail.FILES, "report:submitted-files", rows)
