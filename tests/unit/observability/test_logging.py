"""Every line of the log is one fact with its story, whoever said it."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext

from shared.observability.logging import set_up_logging
from shared.observability.telemetry import trace_id

TRACE = SpanContext(int("0af7651916cd43dd8448eb211c80319c", 16), int("b7ad6b7169203331", 16), is_remote=False)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """The log goes here, and back to where it went when the test is done."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield io.StringIO()
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_lines_are_json_with_what_is_bound_and_the_trace_whoever_says_them(stream: io.StringIO) -> None:
    set_up_logging(as_json=True, stream=stream)
    log = structlog.get_logger("ours")
    with structlog.contextvars.bound_contextvars(correlation_id="story-1"), trace.use_span(NonRecordingSpan(TRACE)):
        log.info("结算", rows=3)
        logging.getLogger("theirs").warning("put off %d", 2, extra={"event_id": "e1"})
        assert trace_id() == "0af7651916cd43dd8448eb211c80319c"
    logging.getLogger("theirs").info("outside")
    ours, theirs, outside = lines(stream)
    assert (ours["event"], ours["rows"], ours["level"], ours["logger"]) == ("结算", 3, "info", "ours")
    assert "结算" in stream.getvalue()
    assert (theirs["event"], theirs["event_id"], theirs["level"]) == ("put off 2", "e1", "warning")
    for line in (ours, theirs):
        assert (line["correlation_id"], line["trace_id"]) == ("story-1", "0af7651916cd43dd8448eb211c80319c")
    assert not {"correlation_id", "trace_id"} & set(outside)
    assert outside["timestamp"].endswith("Z")


def test_an_error_brings_its_traceback_in_one_line(stream: io.StringIO) -> None:
    set_up_logging(as_json=True, stream=stream)
    try:
        int("x")
    except ValueError:
        logging.getLogger("theirs").exception("failed", extra={"trace_id": "own"})
    (line,) = lines(stream)
    assert "ValueError: invalid literal" in line["exception"]
    assert line["trace_id"] == "own"


def test_on_a_terminal_lines_are_for_people_and_libraries_are_quiet(stream: io.StringIO) -> None:
    set_up_logging(as_json=False, stream=stream)
    logging.getLogger("aiosqlite").info("executing")
    logging.getLogger("uvicorn.error").info("started")
    structlog.get_logger("ours").warning("被搁置", parked=7)
    shown = stream.getvalue()
    assert "executing" not in shown
    assert "started" in shown
    assert "被搁置" in shown
    assert "parked=7" in shown
    assert not shown.startswith("{")


def test_a_traceback_on_a_terminal_is_plain_and_tells_no_values(stream: io.StringIO) -> None:
    set_up_logging(as_json=False, stream=stream)
    told_to_nobody = "一二三"
    try:
        int(told_to_nobody[3:] + "x")
    except ValueError:
        logging.getLogger("theirs").exception("failed")
    assert "ValueError: invalid literal" in stream.getvalue()
    assert told_to_nobody not in stream.getvalue()
    assert len(stream.getvalue()) < 2_000


def test_an_error_outside_of_a_trace_still_has_a_number() -> None:
    assert len(trace_id()) == 32
    assert trace_id() != trace_id()


async def test_a_tick_that_finds_the_run_before_it_at_work_is_left_out_without_a_word(stream: io.StringIO) -> None:
    set_up_logging(as_json=True, stream=stream)
    ended, runs = asyncio.Event(), []

    async def long_run() -> None:
        runs.append(1)
        await ended.wait()

    scheduler = AsyncIOScheduler()
    job = scheduler.add_job(long_run, "interval", seconds=0.01, max_instances=1)
    scheduler.start()
    first = job.next_run_time
    while job.next_run_time < first + timedelta(seconds=0.05):  # noqa: ASYNC110 - it tells nobody of its ticks
        await asyncio.sleep(0.01)
    ended.set()
    scheduler.shutdown(wait=False)
    assert len(runs) == 1
    assert stream.getvalue() == ""
