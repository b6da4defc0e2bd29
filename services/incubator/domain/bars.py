"""When a bar for dishonesty (失信惩戒) holds: who may not apply, and what is not settled."""

from datetime import date, timedelta
from typing import NamedTuple

from shared.core.dates import add_years

ONE_DAY = timedelta(days=1)


class Barred(NamedTuple):
    """A bar that was imposed. `until` is inclusive; `ended_on`: the first day it held no more, if it was lifted."""

    id: str
    organisation_id: str
    from_on: date
    until: date
    ended_on: date | None
    document_no: str

    @property
    def last_day(self) -> date:
        """The last day it holds, or held."""
        return self.until if self.ended_on is None else self.ended_on - ONE_DAY

    def holds(self, on: date) -> bool:
        return self.from_on <= on <= self.last_day

    def stops(self, event_on: date, today: date) -> bool:
        """Whether an event is not settled: it happened while the bar held, or the bar holds today.

        What happened before and was held up is settled once the bar has ended; what happened while it held is not.
        """
        return self.holds(event_on) or self.holds(today)

    def says(self) -> str:
        """失信惩戒期 2019-01-21 至 2021-01-20（样例文〔2019〕9号）."""
        return f"失信惩戒期 {self.from_on} 至 {self.last_day}（{self.document_no}）"

    def blocks(self, event_on: date) -> str:
        """Why an event is not settled, and what becomes of it."""
        if self.holds(event_on):
            return f"运营单位在{self.says()}内，这一事项发生在惩戒期内，不予核算；惩戒决定被撤销的，重新核算"
        return f"运营单位在{self.says()}内，期内暂缓核算；惩戒终止后自动重新核算"


def last_day_of(from_on: date, years: int) -> date:
    """The last day of a bar of so many years: two years from 2019-01-21 end with 2021-01-20."""
    return add_years(from_on, years) - ONE_DAY
