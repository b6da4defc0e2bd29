"""The list of events that could not be handled, of all services of the site in one.

Each service has a database of its own, with the same table: what is asked for is asked of each, and put in one order
here. The list is as long as there are faults to look at, and is read without the messages' bodies.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import MetaData, RowMapping, Select, String, cast, literal, select, true
from starlette.datastructures import QueryParams

from shared.contracts.words import EVENT_WORDS
from shared.core.clock import end_of, start_of
from shared.messaging import parking
from shared.messaging.tables import spine_tables
from shared.running.running import Running
from shared.webkit.asked import Asked
from shared.webkit.called import called
from shared.webkit.listing import Column, Filter, Listed, Listing

PER_PAGE = 50
TONES = {parking.PARKED: "bad", parking.REDRIVING: "wait", parking.REDRIVEN: "good", parking.DISCARDED: "calm"}
ROW = spine_tables(MetaData()).parked.c
"""The table as it is in every service's database."""


class Found(NamedTuple):
    """All rows that are asked for, in the order asked for. `chosen`: whether anything was searched or filtered."""

    listing: Listing
    rows: Sequence[RowMapping]
    asked: Asked
    chosen: bool

    def page(self) -> Listed:
        turn = self.asked.turn(len(self.rows), self.listing.per_page)
        shown = self.rows[turn.skip : turn.skip + turn.size]
        return Listed(self.listing, [self.listing.line(row) for row in shown], turn, self.asked, self.chosen)


async def found(runnings: Sequence[Running], params: QueryParams) -> Found:
    """What the address asks for; where it says nothing of a state, what waits for a decision."""
    wanted = params if "state" in params else QueryParams([*params.multi_items(), ("state", parking.PARKED)])
    counts = dict.fromkeys(parking.STATES, 0)
    for running in runnings:
        async with running.look() as connection:
            for state, count in (await parking.counted(connection, running.service.spine)).items():
                counts[state] += count
    services = {running.service.name: running.service.title for running in runnings}
    listing, asked = _listing(services, counts), Asked(wanted)
    only = {each.name: each.asked(asked) for each in listing.filters}["service"]
    rows: list[RowMapping] = []
    for running in runnings:
        if only in {None, running.service.name}:
            async with running.look() as connection:
                rows += await listing.rows(connection, _of(running), wanted)
    return Found(listing, _ordered(rows, listing, asked.text("sort")), asked, listing.chosen(Asked(params)))


def title_of(subject: str) -> str:
    """What people call an event of this type, if its contract is known."""
    # a contact's subject ends in its recipient
    words = EVENT_WORDS.get(subject) or EVENT_WORDS.get(subject.rpartition(".")[0])
    return words.title if words is not None else subject


def _of(running: Running) -> Select[Any]:
    """A service's parked events. `id`: as it is chosen among all services' events."""
    service = running.service.name
    return select(
        (literal(f"{service}:", String) + cast(ROW.id, String)).label("id"), literal(service, String).label("service"),
        literal(running.service.title, String).label("service_title"), ROW.id.label("number"),
        *(each for each in ROW if each.name not in {"id", "body"}),
    )  # fmt: skip


def _listing(services: Mapping[str, str], counts: Mapping[str, int]) -> Listing:
    return Listing(
        "搁置事件",
        (
            Column(
                "subject", "事件", by=ROW.subject, said=lambda row: title_of(row["subject"]),
                to=lambda row: f"/parked/{row['service']}/{row['number']}",
            ),
            Column("type", "主题", said=lambda row: row["subject"]),
            Column("service", "服务", said=lambda row: row["service_title"]),
            Column("number", "编号", kind="number", by=ROW.id),
            Column("event_id", "事件编号", said=lambda row: row["headers"].get("ce-id")),
            Column("error", "错误", by=ROW.error),
            Column("code", "错误代码", by=ROW.code),
            Column("consumer", "接收方", by=ROW.consumer),
            Column("place", "流与序号", said=lambda row: f"{row['stream']} / {row['sequence']}"),
            Column("attempts", "尝试次数", kind="number", by=ROW.attempts),
            Column("parked_at", "搁置时间", kind="moment", by=ROW.parked_at, said=lambda row: _utc(row["parked_at"])),
            Column(
                "state", "状态", kind="state", by=ROW.state, said=lambda row: parking.STATES[row["state"]],
                tone=lambda row: TONES[row["state"]],
            ),
            Column("settled_by", "处理人", by=ROW.settled_by, said=lambda row: called(row["settled_by"] or "")),
            Column(
                "settled_at", "处理时间", kind="moment", by=ROW.settled_at,
                said=lambda row: _utc(row["settled_at"]),
            ),
            Column("reason", "理由"),
        ),
        filters=(
            Filter(
                "state", "状态", lambda state: ROW.state == state,
                {state: f"{title}（{counts[state]}）" for state, title in parking.STATES.items()},
            ),
            Filter("service", "服务", lambda _: true(), services),  # another service is not asked at all
            Filter("from", "搁置从", lambda day: ROW.parked_at >= start_of(day), kind="day"),
            Filter("until", "到", lambda day: ROW.parked_at < end_of(day), kind="day"),
        ),
        search=(ROW.subject, ROW.error, ROW.code, ROW.consumer),
        order=(ROW.parked_at, ROW.id),
        per_page=PER_PAGE,
        empty="没有搁置的事件；每个事件都已经处理",
        search_title="主题、错误、接收方",
    )  # fmt: skip


def _ordered(rows: Sequence[RowMapping], listing: Listing, sort: str) -> list[RowMapping]:
    """The rows of all services in one order: the oldest first, and by the column that is chosen."""
    ordered = sorted(rows, key=lambda row: (_utc(row["parked_at"]), row["service"], row["number"]))
    column = next((each for each in listing.columns if each.by is not None and each.name == sort.lstrip("-")), None)
    if column is not None:
        by = column
        ordered.sort(key=lambda row: _place(by.value(row)), reverse=sort.startswith("-"))
    return ordered


def _place(value: object) -> tuple[bool, Any]:
    """Where nothing is said comes before everything."""
    return (value is not None, value if value is not None else 0)


def _utc(instant: datetime | None) -> datetime | None:
    """SQLite answers an instant without its zone; it was written in UTC."""
    return instant.replace(tzinfo=UTC) if instant is not None and instant.tzinfo is None else instant
