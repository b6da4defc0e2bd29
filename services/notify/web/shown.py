"""How pages and programs read a letter's row."""

from typing import Any

from sqlalchemy import RowMapping

from services.notify.domain.letters import BY_NAME
from services.notify.domain.states import STATES


def title_of(letter: str) -> str:
    """What a kind of letter is called; one that is not written any more keeps its name."""
    return BY_NAME[letter].title if letter in BY_NAME else letter


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
