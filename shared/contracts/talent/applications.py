"""What the talent service tells of applications: who applied by the id of his person alone, what he wrote never."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.event import Data, Event, Id, LegalDate, Text

APPLICATION: dict[str, Any] = {
    "application_id": "6a0c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
    "programme": {"id": "young-star-2018", "name": "大连市青年科技之星（2018 年度）"},
    "person_id": "applicant-p7k3m2",
    "org_id": "T-01",
}
RECEIPT = "RC-20180312-6A0C9A52-1"


class Programme(Data):
    """A year's programme by its id, and as people call it."""

    id: Id
    name: Text


class _ApplicationMoved(Event):
    """`person_id`: whoever applied; `org_id`: the unit that recommends; `receipt`: the number it was last handed in
    under, by which people call it."""

    about_field: ClassVar[str] = "application_id"
    application_id: Id
    programme: Programme
    person_id: Id
    org_id: Id
    receipt: Text | None = None


class TalentApplicationSubmitted(_ApplicationMoved):
    """Handed in, for the first time or corrected; the unit recommends next, until a day, inclusive."""

    type_: ClassVar[str] = "talent.application.submitted.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION, "number": 1, "receipt": RECEIPT, "recommend_until": "2018-04-10",
    }  # fmt: skip
    number: int
    receipt: Text
    recommend_until: LegalDate


class TalentApplicationRecommended(_ApplicationMoved):
    """The unit recommends it; the office looks at its form next."""

    type_: ClassVar[str] = "talent.application.recommended.v1"
    example: ClassVar[dict[str, Any]] = {**APPLICATION, "receipt": RECEIPT, "number": 1}
    number: int


class TalentApplicationReturned(_ApplicationMoved):
    """Something has to be put right, until a day, inclusive; `by_unit`: the unit returned it, otherwise the office."""

    type_: ClassVar[str] = "talent.application.returned.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION,
        "receipt": RECEIPT,
        "number": 1,
        "reasons": {"led_city": "只计本人为负责人的项目"},
        "labels": {"led_city": "主持完成的市级及以上科技项目"},
        "reason": "主持项目的任务书看不清，请重新上传",
        "correct_until": "2018-04-24",
        "by_unit": False,
    }
    number: int
    reasons: dict[str, Text] = Field(default_factory=dict)
    """By field, what is wrong with it and what to do."""
    labels: dict[str, Text] = Field(default_factory=dict)
    reason: Text
    correct_until: LegalDate
    by_unit: bool = False


class TalentApplicationAccepted(_ApplicationMoved):
    """The form is in order; experts review it next."""

    type_: ClassVar[str] = "talent.application.accepted.v1"
    example: ClassVar[dict[str, Any]] = {**APPLICATION, "receipt": RECEIPT, "number": 1}
    number: int


class TalentApplicationWithdrawn(_ApplicationMoved):
    type_: ClassVar[str] = "talent.application.withdrawn.v1"
    example: ClassVar[dict[str, Any]] = {**APPLICATION, "receipt": RECEIPT, "was": "submitted"}
    was: Text
    """The state it was withdrawn in."""


class TalentApplicationDeclined(_ApplicationMoved):
    """It came to nothing: `stage` says where, `reason` why."""

    type_: ClassVar[str] = "talent.application.declined.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION, "receipt": RECEIPT, "stage": "formal", "reason": "截止日年龄超过 35 岁，不符合申报条件",
    }  # fmt: skip
    stage: Text
    """unit, formal, review, selection or publicity."""
    reason: Text


class TalentApplicationSelected(_ApplicationMoved):
    """Selected, and public for objections from a day until another, both inclusive."""

    type_: ClassVar[str] = "talent.application.selected.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION, "receipt": RECEIPT, "public_from": "2018-06-11", "public_until": "2018-06-15", "total": "86.40",
        "rank": 4,
    }  # fmt: skip
    public_from: LegalDate
    public_until: LegalDate
    total: Text
    rank: int


class TalentApplicationUnlisted(_ApplicationMoved):
    """The list of those selected is public from a day until another, both inclusive, and this one is not on it; it
    still waits, for the list can change. `total` and `rank`: none where it has none."""

    type_: ClassVar[str] = "talent.application.unlisted.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION, "receipt": RECEIPT, "public_from": "2018-06-11", "public_until": "2018-06-15", "total": "71.20",
        "rank": 104,
    }  # fmt: skip
    public_from: LegalDate
    public_until: LegalDate
    total: Text | None = None
    rank: int | None = None


class TalentApplicationConfirmed(_ApplicationMoved):
    """Publicity has ended and no objection waits any more: it is selected for good. The office sets up the project
    next."""

    type_: ClassVar[str] = "talent.application.confirmed.v1"
    example: ClassVar[dict[str, Any]] = {
        **APPLICATION, "receipt": RECEIPT, "public_until": "2018-06-15", "objections": 0,
    }  # fmt: skip
    public_until: LegalDate
    objections: int
    """How many were decided or withdrawn meanwhile."""


class TalentMemberInvited(Event):
    """The leader of a team named a member, who confirms it himself. `person_id`: the member."""

    type_: ClassVar[str] = "talent.member.invited.v1"
    about_field: ClassVar[str] = "member_id"
    example: ClassVar[dict[str, Any]] = {
        "member_id": "7b0c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "application_id": APPLICATION["application_id"],
        "programme": APPLICATION["programme"],
        "person_id": "member-7b0c9a52",
        "answer_until": "2018-03-30",
        "answer_path": "/talent/team/7b0c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52/in-mail",
    }
    member_id: Id
    application_id: Id
    programme: Programme
    person_id: Id
    answer_until: LegalDate
    answer_path: Text = Field(pattern=r"^(/[A-Za-z0-9_-]+)+$")
    """Where he answers, below the site's address, without the mark at its end: whoever has that is taken for him, so it
    is told with his address alone (`link` of his contact), and goes into his mail alone."""
