"""What this service says of its objections: a selection that is public is objected to; its total is corrected, or it is
taken out."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import changes, known, selections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.applications import told
from services.talent.usecases.ranking import change_total, points
from shared.contracts.contact import applicant_person
from shared.contracts.talent import TalentApplicationDeclined, TalentObjectionDecided, TalentObjectionFiled
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.objections.area import Area, Correction, Decided, Filed, Subject, Words

DECIDE_WITHIN = 10
"""Working days; the programmes' texts set none, the office's rules of procedure do."""


@dataclass(frozen=True)
class Corrected:
    """The total that is right (points); none: it is taken out of the selection."""

    total: str | None = None


async def _subject(connection: AsyncConnection, id_: str, *, hold: bool = False) -> Subject:
    """The application, public as long as its own publicity is; `hold` holds it."""
    row = await changes.found(connection, APPLICATION, id_, "申报", hold=hold)
    result = await selections.result_of(connection, id_)
    return Subject(
        row,
        row["state"] == "publicised",
        None if result is None else result["public_from"],
        None if result is None else result["public_until"],
        DECIDE_WITHIN,
        (applicant_person(row["applicant_id"]),),
    )


async def _correct(unit: Unit, subject: Subject, corrected: Corrected, reason: str) -> Correction:
    """Changes this application's total and everybody's rank with it, or takes it out; who moves up is a decision of its
    own."""
    result = await selections.result_of(unit.connection, subject.id)
    if result is None:
        raise DomainError("not-ranked", f"申报“{subject.id}”没有排名", status=409)
    why = f"异议成立：{reason}"
    if corrected.total is None:
        lifecycles.APPLICATION.check(subject.row["state"], "declined", subject.id)
        body = {**told(subject.row), "stage": "publicity", "reason": why}
        unit.tell(TalentApplicationDeclined.model_validate(body), story=subject.id)
        return Correction({"reason": why[:2000]}, f"{why}，取消入选", "declined")
    total = points(corrected.total)
    await change_total(unit, result, total, why)
    return Correction({"reason": why[:2000]}, f"{why}；得分 {result['total']} → {total}")


async def _filed(unit: Unit, filed: Filed) -> TalentObjectionFiled:  # noqa: ARG001 - asked for by the area
    return TalentObjectionFiled.model_validate(
        {
            "objection_id": filed.id, "objector_id": filed.objector_id, **_about(filed.subject),
            "decide_by": filed.decide_by.isoformat(),
        }
    )  # fmt: skip


async def _decided(unit: Unit, decided: Decided) -> TalentObjectionDecided:  # noqa: ARG001 - likewise
    return TalentObjectionDecided.model_validate(
        {
            "objection_id": decided.id, "objector_id": decided.objector_id, **_about(decided.subject),
            "outcome": decided.outcome, "reason": decided.reason,
        }
    )  # fmt: skip


def _about(subject: Subject) -> dict[str, object]:
    said = told(subject.row)
    return {name: said[name] for name in ("application_id", "programme", "person_id", "receipt")}


async def _called(connection: AsyncConnection, name: str) -> str | None:
    """The applicant or unit of this name or id; none, or several, is none."""
    units = select(UNIT.c.id).where((UNIT.c.name == name) | (UNIT.c.id == name))
    people = select(APPLICANT.c.id).where((APPLICANT.c.name == name) | (APPLICANT.c.id == name))
    found = [
        *(await connection.execute(units)).scalars(),
        *map(applicant_person, (await connection.execute(people)).scalars()),
    ]
    return found[0] if len(found) == 1 else None


AREA = Area(
    tables=OBJECTIONS,
    table=APPLICATION,
    changes=changes.CHANGES,
    words=Words("application", "拟入选的申报", "得分，或取消入选", "已经确定而确有错误的，由办公室另行作出决定"),
    subject=_subject,
    calendar=known.calendar,
    correct=_correct,
    filed=_filed,
    decided=_decided,
    called=_called,
)
