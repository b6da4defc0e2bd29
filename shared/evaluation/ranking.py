"""The ranking of a round: who stands where, where each line and edge lies, and who is near one."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from shared.core.exact import EXACT
from shared.evaluation.grade import Edge, Grade, grade_round
from shared.evaluation.scheme import Scheme
from shared.evaluation.score import Result

NEAR = Decimal("2.00")


class Near(NamedTuple):
    """A unit near a boundary: its total minus the boundary's (points; negative: it lies below)."""

    unit: str
    total: Decimal
    grade: str | None
    distance: Decimal


class Boundary(NamedTuple):
    """A line of the scheme, or the edge where the room of a quota ended: the least total that entered the grade."""

    grade: str
    kind: str
    """`line` or `edge`."""
    total: Decimal
    near: tuple[Near, ...]


class Placed(NamedTuple):
    """A unit and its rank: equal totals share one, the next counts on from all before it (1, 2, 2, 4)."""

    rank: int
    grade: Grade


class Ranking(NamedTuple):
    placed: tuple[Placed, ...]
    """From the top; units without a total are not in it."""
    edges: tuple[Edge, ...]
    boundaries: tuple[Boundary, ...]


def ranking(scheme: Scheme, results: Sequence[Result], near: Decimal = NEAR) -> Ranking:
    """The ranking of a round; `near`: within how many points of a boundary a unit is named."""
    grades, edges = grade_round(scheme, results)
    ordered = sorted((grade for grade in grades if grade.total is not None), key=lambda grade: -_points(grade))
    placed: list[Placed] = []
    for place, grade in enumerate(ordered, 1):
        same = placed and placed[-1].grade.total == grade.total
        placed.append(Placed(placed[-1].rank if same else place, grade))
    boundaries = []
    for edge in edges:
        boundaries.append(_boundary(edge.grade, "line", edge.line, ordered, near))
        if edge.turned_away is not None:
            end = edge.turned_away if edge.least is None else edge.least  # no room at all: who was turned away first
            boundaries.append(_boundary(edge.grade, "edge", end, ordered, near))
    return Ranking(tuple(placed), tuple(edges), tuple(boundaries))


def _points(grade: Grade) -> Decimal:
    if grade.total is None:  # whoever is ordered has a total
        raise ValueError(grade.unit)
    return grade.total


def _boundary(name: str, kind: str, total: Decimal, ordered: Sequence[Grade], near: Decimal) -> Boundary:
    found = []
    for grade in ordered:
        distance = EXACT.subtract(_points(grade), total)
        if abs(distance) <= near:
            found.append(Near(grade.unit, _points(grade), grade.grade, distance))
    return Boundary(name, kind, total, tuple(found))
