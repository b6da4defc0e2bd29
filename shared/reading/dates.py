"""Dates as people type them."""

import re
import unicodedata
from datetime import date

from shared.core.dates import parse_date

_WRITTEN = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def read_day(typed: str) -> date | None:
    """2018-06-01, 2018/6/1, 2018.6.1 or 2018年6月1日, in letters of either width; None if it is no day."""
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", typed).strip())
    if found is None:
        return None
    year, month, day = found.groups()
    return parse_date(f"{year}-{int(month):02}-{int(day):02}")
