"""What all pages of the service are rendered with: its templates, and the words and links they may use."""

from pathlib import Path
from urllib.parse import quote

from services.talent.domain import lifecycles
from shared.ledger.explaining import published
from shared.ledger.words import NOTICES, furnish
from shared.lives.lifecycle import Lifecycle
from shared.policy import Policy
from shared.programme.load import editions, load_programme
from shared.webkit.templates import Pages

PAGES = Pages(Path(__file__).parent / "templates", NOTICES)
TONES = {
    "draft": "calm", "submitted": "fair", "recommended": "fair", "returned": "wait", "accepted": "good",
    "publicised": "good", "selected": "good", "declined": "bad", "withdrawn": "calm", "lapsed": "bad",
    "planned": "calm", "open": "good", "closed": "fair", "reviewed": "fair", "cancelled": "bad", "invited": "wait",
    "confirmed": "good", "removed": "calm", "requested": "wait", "registered": "good",
    "refused": "bad", "ended": "calm", "reported": "calm", "claimed": "wait",
}  # fmt: skip


def to(place: str, id_: str) -> str:
    """The address of one of the service's pages."""
    return f"/talent/{place}/{quote(id_, safe='')}"


def shown(life: Lifecycle, state: str) -> dict[str, str]:
    """A state as a tag: its name and tone."""
    return {"name": life.states.get(state, state), "tone": TONES.get(state, "calm")}


def programme_name(id_: str) -> str:
    """A year's programme as people call it."""
    return load_programme(id_).title


def policy_of(version: str) -> Policy:
    """The policy an entry's version names: a programme's own, or one of the library."""
    id_, _, _ = version.rpartition("/")
    return editions()[id_].policy if id_ in editions() else published(version)


FORESEEN_LIVES = {each.noun: each for each in lifecycles.EVERY}
"""The words of whatever a step may move, by noun."""

PAGES.environment.globals.update(to=to, shown=shown, lives=lifecycles, foreseen_lives=FORESEEN_LIVES)
PAGES.environment.filters.update(programme=programme_name)
furnish(PAGES, "资助", policy_of=policy_of)
