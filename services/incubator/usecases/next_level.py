"""What a carrier lacks for the next level: the conditions against the figures that are known, each with its source.

The newest of report and application for a title is believed first; the registers fill what neither has, and are shown
beside a figure they contradict. What nobody has told stays unknown, and says where to tell it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain import title_form
from services.incubator.store import known_figures
from services.incubator.store.known_figures import Registered, Reported
from shared.accreditation import (
    LEVEL_NAMES,
    Checked,
    Conditions,
    Figure,
    checklist,
    load_conditions,
    next_level,
    summary,
)
from shared.core.errors import DomainError
from shared.evaluation import load_scheme

REPORT, REGISTER, APPLICATION, CHANGE = "report", "register", "application", "change"
"""Where a figure can be told: the year's report, the tenants and mentors, an application for a title, a change."""
IN_REGISTER = {"tenants": "tenants", "graduates_total": "graduated", "mentors": "mentors", "area": "area"}
"""By figure of a condition, what the registers call it."""
PARTS = {"new_companies": ("registered", "company")}
"""By figure of a condition, the kind of a reported figure that means the same."""


class Source(NamedTuple):
    """`note`: what another source says, if it says something else."""

    said: str
    note: str = ""


@dataclass(frozen=True)
class NextLevel:
    """`why_not`: why there is nothing to check. `tell`: by figure that is unknown, where it can be told."""

    level: str | None = None
    conditions: Conditions | None = None
    checked: tuple[Checked, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    tell: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[str, ...] = ()
    why_not: str = ""

    @property
    def summary(self) -> str:
        return summary(self.checked)

    def counted(self) -> dict[str, int]:
        """How many conditions are met, not met, unknown."""
        found = {"met": 0, "not_met": 0, "unknown": 0}
        for each in self.checked:
            found[each.state] += 1
        return found


async def lacking(connection: AsyncConnection, carrier: RowMapping, on: date) -> NextLevel:
    """The checklist for the level above the one the carrier has, on the day `on`."""
    try:
        level = next_level(carrier["kind"], carrier["level"])
    except DomainError as none:
        return NextLevel(why_not=none.message)
    if level is None:
        return NextLevel(why_not="已是这类载体的最高级别")
    try:
        conditions = load_conditions(carrier["kind"], level, on)
    except DomainError as none:
        return NextLevel(level, why_not=f"{LEVEL_NAMES[level]}：{none.message}")
    report = await known_figures.newest_report(connection, carrier["id"])
    application = await known_figures.newest_application(connection, carrier["id"])
    registered = await known_figures.registered(connection, carrier["id"], on)
    figures, sources = _known(conditions, report, application, registered, on)
    checked = checklist(conditions, figures, on)
    asked = set(load_scheme(report.scheme).figures) if report else set()
    tell = {figure.name: _where(figure.name, asked) for each in checked for figure in each.missing}
    return NextLevel(level, conditions, checked, sources, tell, conditions.cautions(on))


def _known(
    conditions: Conditions, report: Reported | None, application: RowMapping | None, registered: Registered, on: date
) -> tuple[dict[str, object], dict[str, Source]]:
    figures: dict[str, object] = {}
    sources: dict[str, Source] = {}
    told = _told(conditions, report, application)
    for figure in conditions.figures:
        said = getattr(registered, IN_REGISTER.get(figure.name, ""), None)
        value, source = next(((given[figure.name], name) for name, given in told if figure.name in given), (None, ""))
        if figure.name == "area" and said is not None:
            value, source = said, "登记簿（已核定的变更）"
        if value is not None:
            figures[figure.name] = value
            sources[figure.name] = Source(source, _contradicted(figure, value, said))
        elif said is not None:
            figures[figure.name], sources[figure.name] = said, Source(f"登记簿，截至 {on}")
    return figures, sources


def _told(
    conditions: Conditions, report: Reported | None, application: RowMapping | None
) -> list[tuple[str, dict[str, object]]]:
    """What the report and the application say, the newer one first."""
    found = []
    if report is not None:
        name = f"{report.year} 年度填报第 {report.version} 版（数据期 {report.period} 年）"
        found.append((report.at, name, _reported(conditions, report.figures)))
    if application is not None:
        name = f"{application['on_date']} 的资格申请"
        found.append((application["at"], name, _applied(conditions, application["typed"])))
    return [(name, given) for _, name, given in sorted(found, key=lambda each: each[0], reverse=True)]


def _reported(conditions: Conditions, given: Mapping[str, object]) -> dict[str, object]:
    found = {figure.name: given[figure.name] for figure in conditions.figures if given.get(figure.name) is not None}
    for name, (whole, kind) in PARTS.items():
        parts = given.get(whole)
        if isinstance(parts, Mapping) and parts.get(kind) is not None:
            found[name] = parts[kind]
    return found


def _applied(conditions: Conditions, typed: Mapping[str, str]) -> dict[str, object]:
    read = {figure.name: title_form.read(figure, typed.get(figure.name, ""))[0] for figure in conditions.figures}
    return {name: value for name, value in read.items() if value is not None}


def _contradicted(figure: Figure, value: object, said: object) -> str:
    """What the registers say, where it is something else."""
    there, here = None if said is None else figure.read(said), figure.read(value)
    if there is None or here is None or there == here:
        return ""
    return f"登记簿里是 {figure.text(there)}，请核对并补登记"


def _where(name: str, asked: set[str]) -> str:
    if name in asked or name in PARTS:
        return REPORT
    if name == "area":
        return CHANGE
    return REGISTER if name in IN_REGISTER else APPLICATION
