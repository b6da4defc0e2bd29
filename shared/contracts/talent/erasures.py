"""What the talent service tells whoever asked that what is known of him be erased. That it was done no letter says: his
address goes with it, and his page says so."""

from typing import Any, ClassVar

from shared.contracts.event import Event, Id, LegalDate, Text

REQUEST: dict[str, Any] = {"request_id": "0f7b8f0e-7f43-5b1c-8a5d-2c9e4b6a1d30", "person_id": "applicant-p7k3m2"}


class _OfRequest(Event):
    about_field: ClassVar[str] = "request_id"
    request_id: Id
    person_id: Id
    date: LegalDate


class TalentErasureAsked(_OfRequest):
    """Somebody asks that what is known of him be erased, or the office has it from him on paper."""

    type_: ClassVar[str] = "talent.erasure.asked.v1"
    example: ClassVar[dict[str, Any]] = {**REQUEST, "date": "2019-03-02"}


class TalentErasureDeclined(_OfRequest):
    """The office may not erase it yet, and says on what ground."""

    type_: ClassVar[str] = "talent.erasure.declined.v1"
    example: ClassVar[dict[str, Any]] = {
        **REQUEST, "date": "2019-03-12", "reason": "入选项目的任务书尚未期满，材料须保存到期满后十年",
    }  # fmt: skip
    reason: Text
