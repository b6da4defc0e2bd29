"""Filling places: each unit as many experts as it wants, nobody more than his share, loads as even as can be.

Each place is filled along the shortest chain of exchanges that ends at the least loaded expert who can be reached at
all (a cheapest path in a flow whose costs grow with the load). So whatever can be filled is filled, at no step is
anybody more loaded than need be, and where it ends no exchange would make loads more even. Chance enters through the
order of the units and of each unit's candidates alone, which is the caller's.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Reached(NamedTuple):
    """Everybody who can be reached from a unit by exchanges: experts with the unit that reached them, units with the
    expert who would come free for them, and the expert to end with, if one has room."""

    experts: dict[str, str]
    units: dict[str, str | None]
    end: str | None


class Places:
    """Who reviews what, while it is being filled. `loads`: how much each expert has already, which stays with him."""

    def __init__(self, candidates: Mapping[str, Sequence[str]], loads: Mapping[str, int], most: int) -> None:
        self.candidates = candidates
        self.loads = dict(loads)
        self.most = most
        self.given: dict[str, dict[str, None]] = {unit: {} for unit in candidates}
        self.reviewing: dict[str, dict[str, None]] = {expert: {} for expert in loads}

    def fill(self, wanted: Mapping[str, int], order: Iterable[str]) -> dict[str, int]:
        """Fills the places, one of each unit in turn; how many of each unit stay empty, as nothing can fill them."""
        order = list(order)
        empty: dict[str, int] = {}
        for turn in range(max(wanted.values(), default=0)):
            for unit in order:
                if wanted[unit] > turn and (unit in empty or not self._fill_one(unit)):
                    empty[unit] = empty.get(unit, 0) + 1  # once no chain begins at a unit, none ever will
        return empty

    def _fill_one(self, unit: str) -> bool:
        reached = self.reach(unit)
        if reached.end is None:
            return False
        expert, taker = reached.end, reached.experts[reached.end]
        self.loads[expert] += 1
        while True:
            self.given[taker][expert] = None
            self.reviewing[expert][taker] = None
            freed = reached.units[taker]
            if freed is None:
                return True
            del self.given[taker][freed]
            del self.reviewing[freed][taker]
            expert, taker = freed, reached.experts[freed]

    def reach(self, unit: str) -> Reached:
        """Looks from a unit along its candidates, from those to the units they review, and on; nearest first."""
        least = min(self.loads.values(), default=0)
        reached = Reached({}, {unit: None}, None)
        end: str | None = None
        level = [unit]
        while level and (end is None or self.loads[end] > least):
            found = []
            for each in level:
                for expert in self.candidates[each]:
                    if expert not in reached.experts and expert not in self.given[each]:
                        reached.experts[expert] = each
                        found.append(expert)
                        if self.loads[expert] < (self.most if end is None else self.loads[end]):
                            end = expert
            level = []
            for expert in found:
                for other in self.reviewing[expert]:
                    if other not in reached.units:
                        reached.units[other] = expert
                        level.append(other)
        return reached._replace(end=end)
