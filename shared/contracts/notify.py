"""What the notify service tells: where a message to a recipient has got to."""

from typing import Any, ClassVar

from shared.contracts.event import Event, Id, Text


class _MessageMoved(Event):
    about_field: ClassVar[str] = "message_id"
    example: ClassVar[dict[str, Any]] = {
        "message_id": "0e2f7a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "letter": "subsidy-computed",
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "recipient_id": "U-Z12",
    }
    message_id: Id
    letter: Text
    cause_event_id: Id
    recipient_id: Id


class MessageHeld(_MessageMoved):
    """Waits for a person to release it, as its kind of letter says."""

    type_: ClassVar[str] = "notify.message.held.v1"


class MessageQueued(_MessageMoved):
    type_: ClassVar[str] = "notify.message.queued.v1"


class MessageHandedOver(_MessageMoved):
    """The mail server took it; what happens beyond that server is not known."""

    type_: ClassVar[str] = "notify.message.handed_over.v1"


class MessageFailed(_MessageMoved):
    type_: ClassVar[str] = "notify.message.failed.v1"
    example: ClassVar[dict[str, Any]] = {**_MessageMoved.example, "reason": "550 no such mailbox"}
    reason: Text


class MessageBounced(_MessageMoved):
    type_: ClassVar[str] = "notify.message.bounced.v1"
    example: ClassVar[dict[str, Any]] = {**_MessageMoved.example, "reason": "5.1.1 mailbox unknown"}
    reason: Text


class MessageNoAddress(_MessageMoved):
    """Nobody knows where to send it; it goes when the contact arrives."""

    type_: ClassVar[str] = "notify.message.no_address.v1"
