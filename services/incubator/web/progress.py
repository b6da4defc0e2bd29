"""How a round settles, live: its counts as server-sent events until there is nothing more to wait for."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic
from typing import NamedTuple

import orjson
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, format_sse_event
from sqlalchemy import RowMapping

from services.incubator.store import changes
from services.incubator.store.progress import Progress, progress
from services.incubator.store.tables import ROUND
from shared.running.running import Running

LOOK_SECONDS = 0.5
"""How often it looks; where a look takes long, it looks less often, so that looking never slows the work down."""
SHARE = 10
"""It rests this many times as long as a look took."""
QUIET_SECONDS = 120.0
"""When nothing has changed for so long, whoever still wants to know asks again."""
WORD_SECONDS = 10.0
"""How long it may say nothing: a word now and then tells whether anybody still listens."""
CALM = 6
"""Looks without a change after which a finished round is really finished: letters follow entries."""


class Counts(NamedTuple):
    """A round in numbers, as its page shows them and its stream sends them."""

    done: int
    """Reported, until there are grades; then settled. `total`: of how many."""
    total: int
    text: str
    reports: int
    due: int
    submitted: int
    returned: int
    accepted: int
    graded: int
    public: int
    finalised: int
    settled: int
    queued: int
    handed_over: int
    other: int
    """Letters that are neither: held, without an address, failed, bounced."""
    over: bool
    """Whether there is nothing more to wait for."""


def count(now: Progress, round_: RowMapping) -> Counts:
    evaluations = sum(now.evaluations.values())
    finalised = now.evaluations.get("finalised", 0)
    letters = dict(now.letters)
    queued, handed_over = letters.pop("queued", 0), letters.pop("handed_over", 0)
    reports, due = sum(now.reports.values()), now.reports.get("due", 0)
    settled = round_["state"] == "finalised" and now.settled == finalised and queued == 0
    over = settled or round_["state"] == "cancelled"
    return Counts(
        done=now.settled if evaluations else reports - due,
        total=evaluations or reports,
        text=_text(now.settled, finalised, evaluations, queued) if evaluations else f"还有 {due} 家没有填报",
        reports=reports,
        due=due,
        submitted=now.reports.get("submitted", 0),
        returned=now.reports.get("returned", 0),
        accepted=now.reports.get("accepted", 0),
        graded=evaluations,
        public=now.evaluations.get("publicised", 0),
        finalised=finalised,
        settled=now.settled,
        queued=queued,
        handed_over=handed_over,
        other=sum(letters.values()),
        over=over,
    )


def _text(settled: int, finalised: int, evaluations: int, queued: int) -> str:
    if not finalised:
        return "公示期满、没有异议的等次确定后，逐家核算补助"
    if settled < finalised:
        return f"正在核算补助，还有 {finalised - settled} 家"
    if queued:
        return f"核算完毕，还有 {queued} 封信件待发送"
    if finalised < evaluations:
        return f"已确定的都已核算；还有 {evaluations - finalised} 家没有确定"
    return "全部核算完毕，没有信件待发送"


async def stream(running: Running, round_id: str) -> StreamingResponse:
    """The counts of a round whenever they change; then the event `end`. Whoever leaves ends it, too."""
    first = await counts(running, round_id)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return EventSourceResponse(_events(running, round_id, first), headers=headers)


async def counts(running: Running, round_id: str) -> Counts:
    async with running.look() as connection:
        row = await changes.found(connection, ROUND, round_id, "考评批次")
        return count(await progress(connection, round_id), row)


async def _events(running: Running, round_id: str, now: Counts) -> AsyncIterator[bytes]:
    yield _message(now)
    changed = spoke = monotonic()
    calm = 0
    while not (now.over and calm >= CALM) and monotonic() - changed < QUIET_SECONDS:
        began = monotonic()
        before = now
        # a reader who leaves in the middle of a look does not cut it off: its connection goes back whole
        now = await asyncio.shield(asyncio.ensure_future(counts(running, round_id)))
        if now != before:
            changed = spoke = monotonic()
            calm = 0
            yield _message(now)
        else:
            calm += 1
            if monotonic() - spoke > WORD_SECONDS:
                spoke = monotonic()
                yield format_sse_event(comment="")
        if await _stopped(running, max(LOOK_SECONDS, SHARE * (monotonic() - began))):
            break
    yield format_sse_event(event="end", data_str="{}")


def _message(now: Counts) -> bytes:
    return format_sse_event(data_str=orjson.dumps(now._asdict()).decode())


async def _stopped(running: Running, seconds: float) -> bool:
    """Rests; whether the service was told to stop meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            return await running.stop.wait()
    except TimeoutError:
        return False
