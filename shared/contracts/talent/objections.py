"""What the talent service tells of objections to a selection that is public."""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.talent.applications import APPLICATION, RECEIPT, Programme

OBJECTION: dict[str, Any] = {
    "objection_id": "2f6b8f64-2d0e-5f0d-9b2e-0d6c6f1c9a52",
    "objector_id": "applicant-p9x2f4",
    "application_id": APPLICATION["application_id"],
    "programme": APPLICATION["programme"],
    "person_id": APPLICATION["person_id"],
    "receipt": RECEIPT,
}


class _Objection(Event):
    """`objector_id`: the person who objects, or a number of an objector no register knows; `person_id`: whose selection
    it is about, who is told of the decision and never of the objector; `receipt`: the number that application was last
    handed in under."""

    about_field: ClassVar[str] = "objection_id"
    objection_id: Id
    objector_id: Id
    application_id: Id
    programme: Programme
    person_id: Id
    receipt: Text | None = None


class TalentObjectionFiled(_Objection):
    """Somebody objects to a selection; it is held until a decision is made, by a day, inclusive."""

    type_: ClassVar[str] = "talent.objection.filed.v1"
    example: ClassVar[dict[str, Any]] = {**OBJECTION, "decide_by": "2018-07-02"}
    decide_by: LegalDate


class TalentObjectionDecided(_Objection):
    """Upheld, it changes this application alone."""

    type_: ClassVar[str] = "talent.objection.decided.v1"
    example: ClassVar[dict[str, Any]] = {
        **OBJECTION, "outcome": "rejected", "reason": "经核对，成果的第一完成人为申报人，不存在所述情形",
    }  # fmt: skip
    outcome: Literal["upheld", "rejected", "withdrawn"]
    reason: Text
