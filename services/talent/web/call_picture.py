"""How far a call has come: a picture of where its applications stand, by unit, and the table behind it."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import RowMapping

from shared.webkit.pictures import Part, stacked

STAGES: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "draft": ("填写中", ("draft",), "rest"),
    "submitted": ("待单位推荐", ("submitted",), "calm"),
    "recommended": ("待形式审查", ("recommended",), "fair"),
    "returned": ("已退回修改", ("returned",), "wait"),
    "accepted": ("已受理", ("accepted", "publicised", "selected"), "good"),
    "declined": ("未入选、撤回、逾期", ("declined", "withdrawn", "lapsed"), "bad"),
}
"""What is shown together: its name, the states it holds, its tone."""
MOST_BARS = 20
"""As many units as a picture has; the table has all."""
NO_UNIT = "还没有选单位"


class Standing(NamedTuple):
    """A unit's applications, by stage."""

    unit_id: str | None
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def standings(rows: Sequence[RowMapping]) -> list[Standing]:
    """Those with the most applications first."""
    found: dict[str | None, dict[str, int]] = {}
    names: dict[str | None, str] = {}
    for row in rows:
        found.setdefault(row["unit_id"], {})[row["state"]] = row["count"]
        names[row["unit_id"]] = row["name"] or NO_UNIT
    made = [
        Standing(
            unit_id, names[unit_id], tuple(sum(states.get(each, 0) for each in held) for _, held, _ in STAGES.values())
        )
        for unit_id, states in found.items()
    ]
    return sorted(made, key=lambda each: (-each.total, each.name))


def picture(rows: Sequence[Standing]) -> Markup | None:
    """A bar for all, and one for each of the units with the most; None while there is no application."""
    if not rows:
        return None
    whole = [sum(column) for column in zip(*(each.counts for each in rows), strict=True)]
    bars = [("全部", whole, f"{sum(whole)} 份")] + [
        (each.name, each.counts, f"{each.total} 份") for each in rows[:MOST_BARS]
    ]
    parts = [Part(name, tone) for name, _, tone in STAGES.values()]
    more = f"；只画申报最多的 {MOST_BARS} 家，全部在下面的表里" if len(rows) > MOST_BARS else ""
    return stacked("申报进度", parts, bars, f"每一条是一家单位的申报，颜色是走到了哪一步{more}")
