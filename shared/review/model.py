"""The words of a review: experts and what ties them to others, units and who is behind them, the rules of a draw."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from shared.core.errors import DomainError

RELATIONS = {
    "position": "任职或兼职",
    "shareholding": "持股",
    "award": "曾共同获奖或受其资助",
    "kinship": "亲属或师生关系",
    "cooperation": "合作、咨询或劳务关系",
    "other": "其他利害关系",
    "conflict": "本人申请回避",
    "left": "本人已不再评审该单位",
}
"""What ties an expert to somebody, by name. Each of them keeps him from reviewing."""

_IDLE = re.compile(r"[\s\-‐-―·•.,，。、]+")


@lru_cache(maxsize=50_000)  # a draw compares each expert's few names with those of every unit
def _plain(text: str) -> str:
    """A name as two people would both write it: full-width forms, letter case, blanks and dots make no difference."""
    return _IDLE.sub("", unicodedata.normalize("NFKC", text).casefold())


@dataclass(frozen=True)
class Party:
    """An organisation as it is known: by name, credit code, or its id in a register. `role`: what it is to a unit."""

    name: str = ""
    code: str = ""
    id: str = ""
    role: str = ""

    def same(self, other: "Party") -> bool:
        """Whether both are the same for all that is known: one equal mark is enough, no doubt favours anybody."""
        return (
            (bool(_plain(self.name)) and _plain(self.name) == _plain(other.name))
            or (bool(_plain(self.code)) and _plain(self.code) == _plain(other.code))
            or (bool(self.id) and self.id == other.id)
        )


@dataclass(frozen=True)
class Relation:
    """What ties an expert to an organisation, or to one unit by its id."""

    kind: str
    party: Party = Party()
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind not in RELATIONS:
            raise DomainError("no-such-relation", f"没有利害关系“{self.kind}”；可用：{'、'.join(RELATIONS)}")


@dataclass(frozen=True)
class Expert:
    """An expert as a draw sees him."""

    id: str
    name: str
    employer: Party
    fields: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class Unit:
    """What is reviewed, and the organisations behind it: who runs it, its tenants, an applicant's employer; of an
    application also the persons: who applies, his team, his adviser, whom he worked with."""

    id: str
    name: str
    kind: str
    parties: tuple[Party, ...] = ()


@dataclass(frozen=True)
class Rules:
    """How many experts each unit gets, how many units an expert takes at most, and which fields each kind of unit asks
    for: one of them is enough, and a kind that is not named takes experts of any field."""

    per_unit: int
    most: int
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.per_unit < 1 or self.most < 1:
            raise DomainError("bad-rules", "每家单位的专家数和每位专家的评审数都至少为 1")
