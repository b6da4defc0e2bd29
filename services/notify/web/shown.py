"""How pages and programs read a letter's row."""

from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import RowMapping

from services.notify.domain.letters import BY_NAME
from services.notify.domain.states import STATES
from shared.contracts.contact import expert_of


def title_of(letter: str) -> str:
    """What a kind of letter is called; one that is not written any more keeps its name."""
    return BY_NAME[letter].title if letter in BY_NAME else letter


def person_name(row: RowMapping) -> str:
    """A person's id as his register has it; nothing if an organisation is written to."""
    person: str | None = row["person_id"]
    return "" if person is None else expert_of(person) or person


def receiver_name(row: RowMapping) -> str:
    """The id of the organisation or person that is written to, as its register has it."""
    return person_name(row) or str(row["org_id"])


class Register(NamedTuple):
    """Where an address is corrected: of whom, the page, and the command that does it without one."""

    of: str
    page: str
    command: str


def register_of(row: RowMapping) -> Register:
    place = quote(receiver_name(row), safe="")
    if row["person_id"] is None:
        return Register("单位", f"/incubator/organisations/{place}", "register-organisation")
    return Register("专家", f"/incubator/experts/{place}", "register-expert")


def as_json(row: RowMapping) -> dict[str, Any]:
    """A letter as the API answers it: where it has got to, without its text and without the address."""
    handed_over_at = row["handed_over_at"]
    return {
        "id": row["id"],
        "letter": row["letter"],
        "title": title_of(row["letter"]),
        "state": row["state"],
        "state_name": STATES[row["state"]].name,
        "subject": row["subject"],
        "about": row["about"],
        "carrier_id": row["carrier_id"],
        "org_id": row["org_id"],
        "person_id": row["person_id"],
        "recipient_id": row["recipient_id"],
        "cause_event_id": row["cause_event_id"],
        "correlation_id": row["correlation_id"],
        "message_id_header": row["message_id_header"],
        "created_at": row["created_at"].isoformat(),
        "handed_over_at": handed_over_at and handed_over_at.isoformat(),
        "attempts": row["attempts"],
        "last_error": row["last_error"],
        "page": f"/notify/messages/{row['id']}",
    }
