"""The city in pictures: how far each target is reached, and how many there are of each thing."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from shared.running.figures import Actual
from shared.running.running import Running
from shared.targets.comparing import Compared, compared
from shared.targets.load import plan
from shared.webkit.pictures import Bar, bars


async def city(runnings: Sequence[Running]) -> dict[str, Any]:
    """What the home shows of the city: each service on this site answers its own figures."""
    actuals: list[Actual] = []
    for running in runnings:
        if running.service.figures is not None:
            actuals += await running.service.figures(running)
    against = compared(plan(), actuals)
    parts: dict[str, list[Actual]] = {}
    for each in actuals:
        if each.number:
            parts.setdefault(each.part, []).append(each)
    return {"against": against, "drawn": _targets(against) if against else None, "parts": _parts(parts)}


def _targets(against: Sequence[Compared]) -> Markup:
    """A bar for each target, full when it is reached."""
    rows = [
        Bar(
            f"{each.target.name}（{each.target.year} 年）",
            min(Fraction(each.actual, each.target.number), Fraction(1)),
            f"{each.actual} / {each.target.number} {each.target.unit}",
            "good" if each.reached else "wait",
            1,
        )
        for each in against
    ]
    reached = sum(each.reached for each in against)
    return bars("规划目标完成情况", rows, f"{len(against)} 项目标，达到 {reached} 项；满格为达到目标")


def _parts(parts: Mapping[str, Sequence[Actual]]) -> list[tuple[str, Sequence[Actual], Markup]]:
    """Each part with its figures and their picture."""
    return [
        (
            part,
            rows,
            bars(
                part,
                [Bar(f"{each.name} {each.sort}".strip(), each.number, f"{each.number} {each.unit}") for each in rows],
            ),
        )
        for part, rows in parts.items()
    ]
