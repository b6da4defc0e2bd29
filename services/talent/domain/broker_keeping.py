"""How long a technology broker who is a person is kept: as the programmes keep those who apply, for article 26 of
大政发〔2017〕52号 says nothing of it."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from shared.core.dates import add_years

YEARS, DECLINED_YEARS = 10, 3
"""After the registration ended: with a reward, because money was paid for what the papers prove; without one. The
numbers every programme of the library keeps; an office with a rule of its own changes them here."""


class Keeping(NamedTuple):
    """Until when (inclusive; nobody can say while it is none), why, and whether his asking is enough before it."""

    until: date | None
    says: str
    on_request: bool

    def is_over(self, today: date) -> bool:
        return self.until is not None and self.until < today


def keeping(state: str, since: date, deals: Collection[str]) -> Keeping:
    """`since`: the day his registration came to this state; `deals`: the states of his deals."""
    if state in ("requested", "registered"):
        told = "登记申请还没有办理" if state == "requested" else "仍登记为技术经纪人，清除以前先注销登记"
        return Keeping(None, told, on_request=False)
    if "claimed" in deals:
        return Keeping(None, "有一笔奖励申请待核定", on_request=False)
    if "confirmed" in deals:
        until = add_years(since, YEARS)
        return Keeping(until, f"有奖励的，登记终止后保存 {YEARS} 年，到 {until} 为止", on_request=False)
    until = add_years(since, DECLINED_YEARS)
    return Keeping(until, f"没有奖励的，登记终止后保存 {DECLINED_YEARS} 年，到 {until} 为止", on_request=True)
