"""Files of applications in the database: attached to the draft now, and those each hand-in was made with."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import trail
from services.talent.store.application_tables import APPLICATION
from services.talent.store.evidence_tables import APPLICATION_FILE, EVIDENCE, HAND_IN_FILE
from shared.core.errors import DomainError
from shared.evidence.files import Owner
from shared.evidence.states import DELETED, INFECTED
from shared.messaging.unit import Unit

FILES = EVIDENCE.evidence
APPLICATION_KIND = "application"
OTHER = ""
"""The place of what is none of the documents the programme asks for."""


def owner_of(application_id: str) -> Owner:
    return Owner(APPLICATION_KIND, application_id)


async def attached(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """What is attached to an application now, in the order it came."""
    query = (
        select(
            APPLICATION_FILE.c.place, APPLICATION_FILE.c.name, APPLICATION_FILE.c.by, APPLICATION_FILE.c.at,
            FILES.c.id, FILES.c.kind, FILES.c.bytes, FILES.c.sha256, FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == APPLICATION_FILE.c.evidence_id)
        .where(APPLICATION_FILE.c.application_id == application_id)
        .order_by(APPLICATION_FILE.c.at, APPLICATION_FILE.c.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def handed_in(connection: AsyncConnection, application_id: str, number: int) -> Sequence[RowMapping]:
    """The files of one hand-in, with what became of each since."""
    kept = HAND_IN_FILE.c
    query = (
        select(
            kept.number, kept.place, kept.name, kept.bytes, kept.sha256, FILES.c.id, FILES.c.by, FILES.c.at,
            FILES.c.kind, FILES.c.state, FILES.c.signature,
        )
        .join(FILES, FILES.c.id == kept.evidence_id)
        .where(kept.application_id == application_id, kept.number == number)
        .order_by(kept.place, kept.name, FILES.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def last_handed_in(connection: AsyncConnection, application_ids: Collection[str]) -> dict[str, list[RowMapping]]:
    """The files of the newest hand-in of each of these applications."""
    kept = HAND_IN_FILE.c
    query = (
        select(
            kept.application_id, kept.place, kept.name, kept.bytes, FILES.c.id, FILES.c.kind, FILES.c.state
        )
        .join(FILES, FILES.c.id == kept.evidence_id)
        .join(
            APPLICATION, (APPLICATION.c.id == kept.application_id) & (APPLICATION.c.handed_in == kept.number)
        )
        .where(kept.application_id.in_(application_ids))
        .order_by(kept.place, kept.name, FILES.c.id)
    )  # fmt: skip
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query)).mappings():
        found.setdefault(row["application_id"], []).append(row)
    return found


async def is_attached(connection: AsyncConnection, application_id: str, place: str, evidence_id: str) -> bool:
    query = select(APPLICATION_FILE.c.place).where(_this(application_id, place, evidence_id))
    return (await connection.execute(query)).first() is not None


async def attach(unit: Unit, application_id: str, place: str, evidence_id: str, name: str) -> None:
    this = {"application_id": application_id, "place": place, "evidence_id": evidence_id, "name": name}
    await unit.connection.execute(insert(APPLICATION_FILE), [this | {"by": unit.by, "at": unit.now}])


async def detach(connection: AsyncConnection, application_id: str, place: str, evidence_id: str) -> bool:
    """Whether it was there."""
    gone = delete(APPLICATION_FILE).where(_this(application_id, place, evidence_id))
    return (await connection.execute(gone)).rowcount > 0


def _this(application_id: str, place: str, evidence_id: str) -> Any:  # noqa: ANN401 - a condition of the library's
    row = APPLICATION_FILE.c
    return (row.application_id == application_id) & (row.place == place) & (row.evidence_id == evidence_id)


async def is_needed(connection: AsyncConnection, evidence_id: str) -> bool:
    """Whether a draft has a file in some place, or any hand-in was made with it."""
    for table in (APPLICATION_FILE, HAND_IN_FILE):
        query = select(table.c.application_id).where(table.c.evidence_id == evidence_id).limit(1)
        if (await connection.execute(query)).first() is not None:
            return True
    return False


async def handed_in_as(connection: AsyncConnection, evidence_id: str) -> Sequence[RowMapping]:
    """To which programmes a file was handed in, in which application and place."""
    kept = HAND_IN_FILE.c
    query = (
        select(kept.application_id, kept.place, APPLICATION.c.programme_id)
        .join(APPLICATION, APPLICATION.c.id == kept.application_id)
        .where(kept.evidence_id == evidence_id)
        .distinct()
        .order_by(kept.application_id, kept.place)
    )
    return (await connection.execute(query)).mappings().all()


async def was_handed_in(connection: AsyncConnection, application_id: str, evidence_id: str) -> bool:
    """Whether any hand-in of the application had this file."""
    kept = HAND_IN_FILE.c
    query = select(kept.number).where(kept.application_id == application_id, kept.evidence_id == evidence_id).limit(1)
    return (await connection.execute(query)).first() is not None


async def hand_in(unit: Unit, application_id: str, number: int) -> None:
    """Writes down which files a hand-in has, by hash, and enters them in the audit trail."""
    found = await attached(unit.connection, application_id)
    infected = [row["name"] for row in found if row["state"] == INFECTED]
    if infected:
        told = f"附件“{'”、“'.join(infected)}”查出病毒，已经删除；请移除，换一份干净的，再提交"
        raise DomainError("evidence-infected", told)
    rows = [
        {
            "application_id": application_id,
            "number": number,
            "evidence_id": row["id"],
            **{name: row[name] for name in ("place", "name", "bytes", "sha256")},
        }
        for row in found
        if row["state"] != DELETED
    ]
    if rows:
        await unit.connection.execute(insert(HAND_IN_FILE), rows)
        await trail.record(unit, trail.FILES, "application:handed-in-files", rows)


async def every(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    """Every file that was ever sent with the application and not taken away, in the order in which they came."""
    owner = owner_of(application_id)
    query = select(FILES).where(
        FILES.c.owner_kind == owner.kind, FILES.c.owner_id == owner.id, FILES.c.state != DELETED
    )
    return (await connection.execute(query.order_by(FILES.c.at, FILES.c.id))).mappings().all()
