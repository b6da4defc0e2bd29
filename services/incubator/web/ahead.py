"""What the schedule will do by itself, and when: known from the rounds' dates."""

from collections.abc import Iterator, Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import waiting
from services.incubator.store.reviews import REVIEWED
from services.incubator.usecases.due import REMIND_DAYS
from services.incubator.usecases.reminding_experts import REMIND_DAYS as EXPERTS_DAYS
from services.incubator.web.looks import to
from services.incubator.web.wording import kind_name
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.scheduling.pages import Ahead


async def ahead(connection: AsyncConnection) -> list[Ahead]:
    return list(ahead_of(await waiting.rounds_ahead(connection)))


def ahead_of(rounds: Sequence[RowMapping]) -> Iterator[Ahead]:
    """What the schedule will do with these rounds, in no order."""
    for row in rounds:
        name = f"{row['year']} 年度{kind_name(row['kind'])}考评"
        if row["state"] == "planned":
            yield Ahead(row["opens_on"], "open-rounds", to("rounds", row["id"]), f"{name}开放填报")
        if row["state"] in ("planned", "open") and row["reminded_at"] is None:
            on = max(add_days(row["closes_on"], -REMIND_DAYS), row["opens_on"])
            yield Ahead(on, "remind", to("rounds", row["id"]), f"{name}提醒没有填报的载体")
        if row["state"] in REVIEWED and row["experts_until"] is not None and row["experts_since"] is not None:
            on = max(add_days(row["experts_until"], -EXPERTS_DAYS), add_days(legal_date(row["experts_since"]), 1))
            if on <= row["experts_until"]:
                yield Ahead(on, "remind-experts", to("rounds", row["id"]), f"{name}提醒没有评完的专家")
        if row["state"] in ("planned", "open"):
            yield Ahead(add_days(row["closes_on"], 1), "close-rounds", to("rounds", row["id"]), f"{name}截止")
        if row["state"] == "publicised":
            on = add_days(row["public_until"], 1)
            yield Ahead(on, "end-publicity", to("rounds", row["id"]), f"{name}没有异议的等次确定")
