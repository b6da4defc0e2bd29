"""Who may do what on the message server: each service under its own prefix, an administrator, and programs outside.

deploy/nats.conf says the same for a server of its own; a test holds the two equal.
"""

from typing import Any, NamedTuple

from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.incubator import (
    CarrierRecognised,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.contracts.streams import STREAMS

ADMIN, OUTSIDE = "admin", "outside"
OWN = {
    "incubator": ("incubator.>", "contact.incubator.>"),
    "talent": ("talent.>", "contact.talent.>"),
    "notify": ("notify.>",),
}
"""What each service publishes."""
OUTSIDE_PUBLISHES = (
    f"{IncubatorContactChanged.type_}.*",
    CarrierRecognised.type_,
    TenantHnteRecognised.type_,
    EvaluationFinalised.type_,
    SettlementRequested.type_,
)
"""What another system of the office may tell us."""
PUBLIC = tuple(stream for stream in STREAMS if not stream.last_per_subject)
"""The streams that hold no personal data."""


class Rights(NamedTuple):
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]


def inbox_prefix(user: str) -> str:
    """Where answers to a user come. Each service has its own, so that nobody else reads what is handed to it."""
    return f"_INBOX_{user}"


def rights() -> dict[str, Rights]:
    """Everybody but the administrator, who may do everything."""
    hear = tuple(subject for stream in PUBLIC for subject in stream.subjects)
    granted = {
        name: Rights((*own, "$JS.API.>", "$JS.ACK.>"), (f"{inbox_prefix(name)}.>", "_INBOX.>", *hear))
        for name, own in OWN.items()
    }
    # an unnamed consumer of its own, pushed to its inbox: it can catch up, and touch no consumer of ours
    kinds = ("$JS.API.STREAM.INFO.{}", "$JS.API.STREAM.MSG.GET.{}", "$JS.API.CONSUMER.CREATE.{}", "$JS.FC.{}.>")
    looks = [kind.format(stream.name) for stream in PUBLIC for kind in kinds]
    granted[OUTSIDE] = Rights((*OUTSIDE_PUBLISHES, "$JS.API.INFO", "$JS.API.STREAM.NAMES", *looks), ("_INBOX.>", *hear))
    return granted


def authorization(passwords: dict[str, str]) -> dict[str, Any]:
    """The server's `authorization` block for the users that have a password."""
    granted = rights()
    users: list[dict[str, Any]] = []
    for user, password in passwords.items():
        entry: dict[str, Any] = {"user": user, "password": password}
        if user != ADMIN:
            entry["permissions"] = {kind: list(subjects) for kind, subjects in granted[user]._asdict().items()}
        users.append(entry)
    return {"users": users}
