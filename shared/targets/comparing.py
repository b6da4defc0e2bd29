"""Targets beside actual numbers. A target whose figures no service here counts is left out, not shown as zero."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.running.figures import Actual
from shared.targets.load import Target


class Compared(NamedTuple):
    """A target and what there is; `href`: where that is listed, if it is one figure."""

    target: Target
    actual: int
    href: str | None

    @property
    def reached(self) -> bool:
        return self.actual >= self.target.number

    @property
    def missing(self) -> int:
        return max(self.target.number - self.actual, 0)


def compared(targets: Sequence[Target], actuals: Sequence[Actual]) -> list[Compared]:
    """Each target of whose sort somebody counts. A figure counts for a name that is it, or the whole it is part of:
    `carrier/agri_makerspace` is of every level."""
    kinds = {each.key.partition("/")[0] for each in actuals}
    found = []
    for target in targets:
        if not any(name.partition("/")[0] in kinds for name in target.counts):
            continue
        counted = [each for each in actuals if any(_of(each.key, name) for name in target.counts)]
        href = counted[0].href if len(counted) == 1 else None
        found.append(Compared(target, sum(each.number for each in counted), href))
    return found


def _of(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}/")
