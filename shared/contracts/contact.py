"""Contacts: the only events with personal data, in a stream of their own that keeps the last one per recipient."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.event import Event, Id, Text


class ContactChanged(Event):
    """A recipient's name, role or address. A later one replaces it; it is purged on request."""

    about_field: ClassVar[str] = "recipient_id"
    recipient_id: Id = Field(pattern=r"^[A-Za-z0-9_-]+$")
    """A token of a NATS subject: no dots, no spaces."""
    role: Text
    name: Text
    email: Text

    def subject(self) -> str:
        return f"{self.type_}.{self.recipient_id}"


class IncubatorContactChanged(ContactChanged):
    type_: ClassVar[str] = "contact.incubator.changed.v1"
    example: ClassVar[dict[str, Any]] = {
        "recipient_id": "U-Z12",
        "org_id": "U-Z12",
        "role": "operator",
        "name": "样例联系人",
        "email": "u-z12@example.cn",
    }
    org_id: Id
