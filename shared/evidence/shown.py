"""How pages show evidence: what became of a file, its size and kind, and what may be sent."""

from typing import NamedTuple

from jinja2 import Environment

from shared.evidence.kinds import ACCEPT, KINDS
from shared.evidence.refusals import MB, MOST_BYTES, TAKEN
from shared.evidence.states import CLEAN, DELETED, INFECTED, STATES, UNCHECKED, WAITING
from shared.evidence.web import MOST_FILES, MOST_OF_REQUEST


class FileState(NamedTuple):
    name: str
    tone: str


_TONES = {WAITING: "wait", UNCHECKED: "calm", CLEAN: "good", INFECTED: "bad", DELETED: "calm"}
EVIDENCE_STATES = {state: FileState(name, _TONES[state]) for state, name in STATES.items()}
LIMITS = f"{TAKEN}；每个至多 {MOST_BYTES // MB} MB，一次至多 {MOST_FILES} 个、合计 {MOST_OF_REQUEST // MB} MB"


def size(count: int) -> str:
    """1234567 -> 1.2 MB."""
    return f"{count / MB:.1f} MB" if count >= MB else f"{max(1, round(count / 1024))} KB"


def kind(extension: str) -> str:
    return KINDS[extension].title


def show_evidence(environment: Environment) -> None:
    """Teaches a service's pages the filters and names by which templates show files."""
    environment.filters.update(size=size, file_kind=kind)
    environment.globals.update(
        EVIDENCE_STATES=EVIDENCE_STATES,
        EVIDENCE_THERE=(UNCHECKED, CLEAN),
        EVIDENCE_LIMITS=LIMITS,
        EVIDENCE_ACCEPT=ACCEPT,
    )
