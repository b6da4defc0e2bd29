"""Traces: one provider per process. Nothing is recorded unless an exporter is configured; trace ids always travel.

OTEL_TRACES_EXPORTER=otlp or OTEL_EXPORTER_OTLP_ENDPOINT asks for the exporter, which is a package of its own.
"""

import os
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from uuid import uuid4

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from shared.core.errors import DomainError

EXPORTERS = {
    "http/protobuf": "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    "grpc": "opentelemetry.exporter.otlp.proto.grpc.trace_exporter",
}


def _wanted() -> bool:
    named = os.environ.get("OTEL_TRACES_EXPORTER", "")
    if named:
        return named == "otlp"
    names = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
    return any(os.environ.get(name) for name in names)


def _present(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a package above it is missing
        return False


@cache
def tracer_provider() -> TracerProvider:
    """The process's provider; made the first time it is asked for.

    Without an exporter no span is recorded, yet each has a trace id: it is in the log, in the headers and on the
    error page. With one the standard OTEL_TRACES_SAMPLER decides.
    """
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "miaopu")})
    if not _wanted():
        made = TracerProvider(sampler=ALWAYS_OFF, resource=resource)
    else:
        protocol = os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        module = EXPORTERS.get(protocol)
        if module is None or not _present(module):
            raise DomainError(
                "no-exporter",
                f"没有安装 {protocol} 的追踪导出程序包；请安装 opentelemetry-exporter-otlp，或去掉 OTEL_ 设置",
                status=500,
            )
        made = TracerProvider(resource=resource)
        made.add_span_processor(BatchSpanProcessor(import_module(module).OTLPSpanExporter()))
    trace.set_tracer_provider(made)
    return made


def trace_id() -> str:
    """The current trace's id; outside of one a new id, so that an error always has a number to be found by."""
    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else uuid4().hex
