"""The ranking of a round drawn: a column for each unit from the best total down, with the lines between them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from services.incubator.usecases.round_standing import RoundStanding, Stands
from services.incubator.web.wording import GRADES
from shared.evaluation.grade import Edge
from shared.webkit.pictures import Column, Cut, Part, columns


class Tie(NamedTuple):
    """Where a grade's room ended: its edge, the units with the least total that entered, and those of the group that
    was turned away; several of one total are a tie, which is never split."""

    edge: Edge
    last_in: tuple[Stands, ...]
    first_out: tuple[Stands, ...]


def picture(standing: RoundStanding) -> Markup | None:
    """None while nobody has a total."""
    ranked = ordered(standing)
    if not ranked:
        return None
    totals = [each.result.total or Decimal(0) for each in ranked]
    cuts = _cuts(standing, totals)
    rows = [
        Column(
            each.carrier["name"],
            total,
            str(total),
            GRADES[each.grade].tone if each.grade else "calm",
        )
        for each, total in zip(ranked, totals, strict=True)
    ]
    legend = [Part(shown.name, shown.tone) for shown in GRADES.values()]
    says = f"{len(rows)} 家单位的总分，从高到低；虚线是分数线和名额用完的地方，颜色是现在的等次"
    return columns("总分和等次线", rows, cuts, says, legend)


def _cuts(standing: RoundStanding, totals: Sequence[Decimal]) -> list[Cut]:
    """The lines, and where quotas ran out, from left to right; those at one place share a word. What lies below every
    unit is not drawn: the table has it."""
    found: dict[int, list[str]] = {}
    for line in standing.scheme.grades:
        reached = sum(total >= line.line for total in totals)
        found.setdefault(reached, []).append(f"{GRADES[line.grade].name}线 {line.line}")
    for edge in standing.ranking.edges:
        if edge.turned_away is not None:
            above = sum(total > edge.turned_away for total in totals)
            found.setdefault(above, []).append(f"{GRADES[edge.grade].name}名额到此")
    return [Cut(after, "、".join(names)) for after, names in sorted(found.items()) if after < len(totals)]


def ordered(standing: RoundStanding) -> list[Stands]:
    """The units that have a total, the best first."""
    found = [each for each in standing.units.values() if each.rank is not None]
    return sorted(found, key=lambda each: (each.rank or 0, each.id))


def ties(standing: RoundStanding) -> list[Tie]:
    """Where the room of a quota ended, and who stands on both sides of it."""
    ranked = ordered(standing)
    return [
        Tie(edge, _with(ranked, edge.least), _with(ranked, edge.turned_away))
        for edge in standing.ranking.edges
        if edge.turned_away is not None
    ]


def _with(ranked: Sequence[Stands], total: Decimal | None) -> tuple[Stands, ...]:
    return tuple(each for each in ranked if total is not None and each.result.total == total)
