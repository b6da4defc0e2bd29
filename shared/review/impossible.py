"""What stands in the way of a draw: units that too few may review, and too few experts for all of them together."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.core.errors import DomainError
from shared.review.conflicts import Exclusion

NAMED_UNITS, NAMED_EXPERTS = 5, 30
"""How many a message names; the error itself holds them all."""


class Lacking(NamedTuple):
    """A unit that wants more experts than there are who may review it, and why each other may not."""

    unit: str
    name: str
    wanted: int
    eligible: int
    excluded: tuple[Exclusion, ...]


class Crowd(NamedTuple):
    """Units that have to share experts who are too few for them: how many places they want together, how many of them
    stay empty, and the least number of units per expert with which all could be filled."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    experts: tuple[str, ...]
    most: int
    empty: int
    enough: int


class DrawImpossible(DomainError):
    """No draw keeps all the rules. `lacking` and `crowd` say what stands in the way; nothing was drawn."""

    def __init__(self, lacking: Sequence[Lacking], crowd: Crowd | None, names: Mapping[str, str]) -> None:
        self.lacking = tuple(lacking)
        self.crowd = crowd
        said = [_lacks(each, names) for each in self.lacking[:NAMED_UNITS]]
        if len(self.lacking) > NAMED_UNITS:
            said.append(f"另有 {len(self.lacking) - NAMED_UNITS} 家单位合格专家不足")
        if crowd is not None:
            said.append(_crowded(crowd))
        super().__init__("draw-impossible", "抽取不能满足全部规则，没有抽取：" + "；".join(said), status=409)


def _lacks(lacking: Lacking, names: Mapping[str, str]) -> str:
    reasons: dict[str, list[str]] = {}
    for each in lacking.excluded:
        reasons.setdefault(each.expert, []).append(each.reason)
    told = [f"{names[expert]}：{'，'.join(each)}" for expert, each in list(reasons.items())[:NAMED_EXPERTS]]
    if len(reasons) > NAMED_EXPERTS:
        told.append(f"另 {len(reasons) - NAMED_EXPERTS} 位")
    said = f"“{lacking.name}”需要 {lacking.wanted} 位专家，只有 {lacking.eligible} 位可以评审，"
    said += f"还缺 {lacking.wanted - lacking.eligible} 位"
    return said + (f"（不能评审的：{'；'.join(told)}）" if told else "（专家库里没有其他专家）")


def _crowded(crowd: Crowd) -> str:
    more = f" 等 {len(crowd.names)} 家单位" if len(crowd.names) > NAMED_UNITS else ""
    named = "、".join(f"“{name}”" for name in crowd.names[:NAMED_UNITS]) + more
    said = f"{named}可用的 {len(crowd.experts)} 位专家每位至多评审 {crowd.most} 家，"
    return said + f"全部排满后还差 {crowd.empty} 个评审名额；请增加专家，或把每位专家的评审数提高到 {crowd.enough} 家"
