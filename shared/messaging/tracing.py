"""How a trace passes through events: W3C `traceparent` in the headers, a span for each batch that is handled.

An event carries the trace it was given, else that of the event it follows from, else the one it was published in.
Nothing is done per message unless a span is being recorded.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")


def current_traceparent() -> str | None:
    """The header that continues the current span; None outside of a trace."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def context_of(traceparent: str | None) -> SpanContext | None:
    """The span a header names, if it names one."""
    found = _PARENT.fullmatch(traceparent or "")
    if found is None:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags))
    return context if context.is_valid else None


@contextmanager
def handling(durable: str, traceparents: Iterable[str | None]) -> Iterator[None]:
    """The span in which a batch is handled, linked to the spans its messages came from."""
    tracer = trace.get_tracer("miaopu.messaging")
    with tracer.start_as_current_span(f"handle {durable}", kind=SpanKind.CONSUMER) as span:
        if span.is_recording():
            linked = {context.span_id: context for context in map(context_of, traceparents) if context is not None}
            for context in linked.values():
                span.add_link(context)
        yield
