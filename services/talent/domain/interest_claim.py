"""For which years of an award the interest of a loan may be claimed, and which days a year's claim may cover."""

from collections.abc import Mapping
from datetime import date

CLAIMABLE = ("running", "held", "rectifying", "finished")
"""States of an award in which interest may be claimed: the last year's is known once the award has finished."""


def years(begins_on: date, today: date) -> range:
    """From the year in which the 任务书 came into force to this one."""
    return range(begins_on.year, today.year + 1)


def wrong_days(year: int, begins_on: date, start: date | None, end: date | None) -> Mapping[str, str]:
    """What is wrong with the days of a claim, by field. The first day counts and the last does not, as banks count
    interest: a whole year ends on the first of January after it. Interest before the 任务书 is the company's own."""
    found: dict[str, str] = {}
    after = date(year + 1, 1, 1)
    if start is not None and start.year != year:
        found["interest_from"] = f"计息起始日应在 {year} 年内，写的是 {start}；别的年度另行申请"
    elif start is not None and start < begins_on:
        found["interest_from"] = f"任务书自 {begins_on} 起执行，计息起始日不能早于这一天，写的是 {start}"
    if end is not None and not date(year, 1, 1) < end <= after:
        found["interest_until"] = f"计息截止日应在 {year} 年内，写的是 {end}；截止日当天不计息，算满全年的写 {after}"
    elif start is not None and end is not None and end <= start:
        found["interest_until"] = f"计息截止日应晚于计息起始日 {start}，写的是 {end}"
    return found
