"""Contacts: the only events with personal data, in a stream of their own that keeps the last one per recipient."""

from typing import Any, ClassVar, NamedTuple

from pydantic import Field, model_validator

from shared.contracts.event import Event, Id, Text

EXPERT, APPLICANT, MEMBER, REVIEWER = "expert", "applicant", "member", "reviewer"
"""What a person who is written to is; an expert of the talent programmes is called a reviewer, for each service keeps a
register of experts of its own."""


class ContactChanged(Event):
    """A recipient's name, role or address: of an organisation, or of a person who is written to himself.

    A later one replaces it. One without an address takes name and address back: whoever kept them erases them, and the
    stream, which keeps the last one alone, is rid of them as well.
    """

    about_field: ClassVar[str] = "recipient_id"
    recipient_id: Id = Field(pattern=r"^[A-Za-z0-9_-]+$")
    """A token of a NATS subject: no dots, no spaces."""
    org_id: Id | None = None
    person_id: Id | None = None
    """Who is written to: an organisation or a person. A person's id says what he is, so that two services name none
    alike."""
    role: Text
    name: str
    email: str
    link: Text | None = Field(default=None, pattern=r"^(/[A-Za-z0-9_-]+)+$")
    """Below the site's address, where this person answers without an account. Whoever has it can answer for him: it is
    told here alone, and goes into the mail alone. Every other event and the stored letter say `without_mark` of it."""
    account: Text | None = None
    """Whose login reads its letters, where no grant names whose they are: a technology broker's, an expert's."""

    @model_validator(mode="after")
    def _of_one(self) -> "ContactChanged":
        if (self.org_id is None) == (self.person_id is None):
            raise ValueError("org_id 与 person_id 须写且只写一项")
        if bool(self.name) != bool(self.email):
            raise ValueError("name 与 email 须都写；清除联系人时都不写")
        return self

    @classmethod
    def told_by(cls) -> str:
        """The service whose register the recipient is in: another may call somebody of its own alike."""
        return cls.type_.split(".")[1]

    @property
    def erased(self) -> bool:
        """The address was taken away, and the name with it."""
        return not self.email

    def subject(self) -> str:
        return f"{self.type_}.{self.recipient_id}"


IN_MAIL = "in-mail"


def without_mark(link: str) -> str:
    """A link as it may be known to everybody: instead of the mark at its end it says where that is found."""
    return f"{link.rpartition('/')[0]}/{IN_MAIL}"


class IncubatorContactChanged(ContactChanged):
    type_: ClassVar[str] = "contact.incubator.changed.v1"
    example: ClassVar[dict[str, Any]] = {
        "recipient_id": "U-Z12",
        "org_id": "U-Z12",
        "role": "operator",
        "name": "样例联系人",
        "email": "u-z12@example.cn",
    }


class TalentContactChanged(ContactChanged):
    type_: ClassVar[str] = "contact.talent.changed.v1"
    example: ClassVar[dict[str, Any]] = {
        "recipient_id": "applicant-p7k3m2",
        "person_id": "applicant-p7k3m2",
        "role": "applicant",
        "name": "样例申报人",
        "email": "p7k3m2@example.cn",
    }


class Person(NamedTuple):
    """What a person is, and his id in the register of those; `what` is empty of an id that says nothing of it."""

    what: str
    id: str


def applicant_person(applicant_id: str) -> str:
    """Who an applicant is to those who write letters."""
    return f"{APPLICANT}-{applicant_id}"


def member_person(member_id: str) -> str:
    """Who a member of a team is to those who write letters."""
    return f"{MEMBER}-{member_id}"


def expert_person(expert_id: str) -> str:
    """Who an expert is to those who write letters."""
    return f"{EXPERT}-{expert_id}"


def reviewer_person(expert_id: str) -> str:
    """Who an expert of the talent programmes is to those who write letters."""
    return f"{REVIEWER}-{expert_id}"


def person_of(person_id: str) -> Person:
    """The person as his own register has him."""
    what, _, id_ = person_id.partition("-")
    return Person(what, id_) if id_ and what in {EXPERT, APPLICANT, MEMBER, REVIEWER} else Person("", person_id)


def expert_of(person_id: str) -> str | None:
    """The id in the register of experts; None if the person is none."""
    person = person_of(person_id)
    return person.id if person.what == EXPERT else None
