"""How pages about titles show states, conditions and decisions."""

from typing import Any

from sqlalchemy import RowMapping

from services.incubator.domain import lifecycles
from services.incubator.domain.title_form import input_of
from services.incubator.store.tables import ORGANISATION
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases.bar_grounds import GROUNDS
from services.incubator.usecases.title_decisions import ACTS
from services.incubator.web.looks import to
from services.incubator.web.wording import POLICY, Shown, kind_name, level_name
from shared.webkit.listing import Column, Filter, Listing

APPLICATIONS = {
    state: Shown(name, tone)
    for (state, name), tone in zip(
        lifecycles.APPLICATION.states.items(), ("calm", "wait", "bad", "fair", "good", "bad", "calm"), strict=True
    )
}
RECTIFICATIONS = {
    "ordered": Shown("整改中", "wait"),
    "confirmed": Shown("整改合格", "good"),
    "failed": Shown("整改不合格", "bad"),
    "ended": Shown("因取消资格终止", "calm"),
}
BARS = {
    "in_force": Shown("惩戒期内", "bad"),
    "expired": Shown("期满终止", "calm"),
    "lifted": Shown("提前解除", "fair"),
    "annulled": Shown("已撤销", "calm"),
}
CHECKED = {"met": "good", "not_met": "bad", "unknown": "wait"}
"""The tone of a condition's state."""
WORDS: dict[str, Any] = {
    "applications": APPLICATIONS,
    "rectifications": RECTIFICATIONS,
    "bars": BARS,
    "acts": ACTS,
    "grounds": GROUNDS,
    "checked": CHECKED,
    "input_of": input_of,
}
"""What templates about titles know besides."""


def _state(row: RowMapping) -> Shown:
    return APPLICATIONS[row["state"]]


def application_list(place: str, *, own: bool, districts: dict[str, str] | None = None) -> Listing:
    """Applications as the office, a district or (`own`) an operator lists them; each leads to its page at `place`."""
    table = TITLE_APPLICATION.c
    columns = [
        Column("name", "载体", by=table.name, to=lambda row: to(place, row["id"])),
        Column("kind", "类型", by=table.kind, said=lambda row: kind_name(row["kind"])),
        Column("level", "申请级别", by=table.level, said=lambda row: level_name(row["level"])),
        Column("district", "区县", by=table.district),
        Column("state", "状态", kind="state", by=table.state, said=lambda row: _state(row).name,
               tone=lambda row: _state(row).tone),
        Column("submitted_on", "提交日期", kind="day", by=table.submitted_on),
    ]  # fmt: skip
    if not own:
        columns.insert(3, Column("level_now", "现有级别", said=_level_now))
        columns.insert(5, Column("organisation", "运营单位", by=ORGANISATION.c.name))
    states = {state: shown.name for state, shown in APPLICATIONS.items() if own or state != "draft"}
    filters = [
        Filter("state", "状态", lambda value: table.state == value, states),
        Filter("kind", "类型", lambda value: table.kind == value, dict(POLICY.kinds)),
        Filter("level", "申请级别", lambda value: table.level == value, dict(POLICY.levels)),
    ]
    if districts:
        filters.append(Filter("district", "区县", lambda value: table.district == value, districts))
    return Listing(
        name="资格申请",
        columns=columns,
        filters=filters,
        search=(table.name, table.carrier_id, ORGANISATION.c.name),
        order=(table.submitted_on, table.id) if not own else (table.at.desc(), table.id),
        empty="还没有资格申请" if own else "没有资格申请；运营单位提交后会出现在这里",
        search_title="载体、编号、运营单位",
    )


def _level_now(row: RowMapping) -> str:
    return "未登记" if row["carrier_id"] is None else level_name(row["level_now"])
