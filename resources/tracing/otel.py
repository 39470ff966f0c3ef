"""Spans over OTLP. Only loaded where somebody listens; the SDK's own variables say where to, what of it, and how."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import Decision
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags

from resources.llm.watching import Watch
from resources.tracing.genai import Requests
from resources.tracing.ids import ids_of
from resources.tracing.silence import Fact, Outgoing, Span, Told

FLUSH_S = 5.0
_given: ContextVar[tuple[int, int] | None] = ContextVar("given", default=None)


class _Ids(RandomIdGenerator):
    """Chance, unless the ids are given: those of a document's first span."""

    def generate_trace_id(self) -> int:
        given = _given.get()
        return given[0] if given else super().generate_trace_id()

    def generate_span_id(self) -> int:
        given = _given.get()
        return given[1] if given else super().generate_span_id()


class Telling:
    def __init__(self, exporter: SpanExporter | None = None) -> None:
        named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "weir"}
        self._provider = TracerProvider(resource=Resource.create(named), id_generator=_Ids())
        self._provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("weir")
        self.watches: Sequence[Watch] = (Requests(self._tracer),)

    @contextmanager
    def document(self, doc_id: str, **facts: Fact) -> Iterator[Span]:
        token = _given.set(ids_of(doc_id))
        try:
            span = self._tracer.start_span("document", Context(), attributes=_attributes(doc_id, facts))
        finally:
            _given.reset(token)
        with trace.use_span(span, end_on_exit=True):
            yield _Noted(span)

    @contextmanager
    def stage(self, name: str, doc_id: str, **facts: Fact) -> Iterator[Span]:
        attributes = _attributes(doc_id, facts)
        with self._tracer.start_as_current_span(name, self._below(doc_id), attributes=attributes) as span:
            yield _Noted(span)

    def outgoing(self, told: Sequence[Told]) -> Outgoing:
        return _Outgoing({str(each.event_id): self._sending(each) for each in told})

    def _sending(self, told: Told) -> trace.Span:
        facts = {"weir__feed": told.feed, "weir__event_id": str(told.event_id), "weir__event_type": told.type}
        attributes = _attributes(told.doc_id, facts)
        return self._tracer.start_span("deliver", self._below(told.doc_id), SpanKind.PRODUCER, attributes)

    def flush(self) -> None:
        self._provider.force_flush(int(FLUSH_S * 1000))

    def _below(self, doc_id: str) -> Context:
        """As if the first span had called us; the sampler decides by the trace's id, so everywhere alike."""
        trace_id, span_id = ids_of(doc_id)
        decision = self._provider.sampler.should_sample(None, trace_id, "document").decision
        flags = TraceFlags(TraceFlags.SAMPLED if decision is Decision.RECORD_AND_SAMPLE else TraceFlags.DEFAULT)
        first = SpanContext(trace_id, span_id, is_remote=True, trace_flags=flags)
        return trace.set_span_in_context(NonRecordingSpan(first), Context())


class _Noted:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, **facts: Fact) -> None:
        self._span.set_attributes(_named(facts))

    def failed(self, why: str, kind: str) -> None:
        self._span.set_attribute("error.type", kind)
        self._span.set_status(Status(StatusCode.ERROR, why))


class _Outgoing:
    def __init__(self, spans: Mapping[str, trace.Span]) -> None:
        self._spans = spans

    def traceparent(self, event_id: str) -> str:
        known = self._spans[event_id].get_span_context()
        return f"00-{known.trace_id:032x}-{known.span_id:016x}-{known.trace_flags:02x}"

    def over(self, refused: Mapping[str, Exception]) -> None:
        for event_id, span in self._spans.items():
            if event_id in refused:
                _Noted(span).failed(str(refused[event_id]), type(refused[event_id]).__name__)
            span.end()


def _attributes(doc_id: str, facts: Mapping[str, Fact]) -> dict[str, str | int | float | bool]:
    return {"weir.correlation_id": doc_id, **_named(facts)}


def _named(facts: Mapping[str, Fact]) -> dict[str, str | int | float | bool]:
    return {name.replace("__", "."): value for name, value in facts.items() if value is not None}
