"""What a process says of itself: one line per fact, for people on a terminal or as JSON for machines.

Every line carries the trace it was said in and whatever was bound around it (event, correlation, service), whoever
said it: the standard library's loggers, ours and those of libraries, end up in one place.
"""

import logging
import sys
from typing import TextIO

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import EventDict, Processor, WrappedLogger

QUIET = (
    "aiosqlite",
    "alembic.runtime.migration",
    "asyncio",
    "mail.log",
    "apscheduler.executors",
    "tzlocal",
)
"""Libraries that say more than anybody reads below a warning."""
SKIPPING = "apscheduler.scheduler"
"""It warns of each tick that finds the run before it still at work: leaving that tick out is what it was told to do,
and the next one finds in the rows all that is due. When each schedule last ran stands on the page of schedules."""
LOUD = ("uvicorn", "uvicorn.error", "uvicorn.access")
"""Those that bring handlers of their own; whoever runs uvicorn passes `log_config=None`."""

PLAIN = structlog.dev.plain_traceback
"""The renderer's own would print every local variable: for many seconds, and things that are nobody's business."""


def _trace(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event.setdefault("trace_id", trace.format_trace_id(context.trace_id))
    return event


def _json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def set_up_logging(*, as_json: bool, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Sends every log line of the process to `stream` (standard error): once, at the start of the process."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _trace,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    told = stream or sys.stderr
    last: list[Processor] = (
        [structlog.processors.format_exc_info, _json]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=told.isatty(), sort_keys=False, exception_formatter=PLAIN)]
    )
    handler = logging.StreamHandler(told)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.getLogger(SKIPPING).setLevel(max(level, logging.ERROR))
    for name in LOUD:
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
