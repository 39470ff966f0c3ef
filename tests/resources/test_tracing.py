"""Spans: one trace a document, whoever works on it; the conventions for generative AI; nothing where nobody listens."""

import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.llm.errors import RateLimited
from resources.relay import Courier, handover
from resources.sink import Event, SinkError, open_sink
from resources.sink.errors import NotAccepted
from resources.tracing import Spans, open_spans
from resources.tracing.ids import ids_of
from resources.tracing.otel import Telling
from tests.broker import Broker
from tests.otlp import Collector, collector
from tests.resources.hook_parts import listening
from tests.resources.llm_parts import CALL, CALLER, needs_total, said, stage
from tests.resources.outbox_parts import FEED, told

DOC = hashlib.sha256(b"a quote").hexdigest()


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    with collector() as opened:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", opened.url)
        yield opened


@dataclass
class Leaving:
    """An event that is to leave."""

    event_id: UUID
    doc_id: str = DOC
    feed: str = "quotes"
    type: str = "record.created"


def test_a_document_has_one_trace_named_by_it(heard: Collector) -> None:
    """Whoever works on it adds to it, also another process on another day: here two that know nothing of each other."""
    first, later = Telling(), Telling()
    with first.document(DOC, weir__feed="quotes") as span:
        span.note(weir__characters=12)
    first.flush()
    with later.stage("extract", DOC) as span:
        span.note(weir__verdict="accepted")
    later.flush()
    document, extract = heard.seen
    assert (document.trace_id, document.span_id, document.parent_id) == (DOC[:32], DOC[32:48], "")
    assert (extract.trace_id, extract.parent_id) == (DOC[:32], DOC[32:48])
    assert document.facts == {"weir.correlation_id": DOC, "weir.feed": "quotes", "weir.characters": 12}
    assert (document.service, extract.facts["weir.verdict"]) == ("weir", "accepted")


@given(doc_id=st.text())
def test_any_document_has_ids(doc_id: str) -> None:
    """The same each time, of the size they have to be, and never nothing."""
    trace_id, span_id = ids_of(doc_id)
    assert (trace_id, span_id) == ids_of(doc_id)
    assert 0 < trace_id < 2**128
    assert 0 < span_id < 2**64


async def test_each_request_to_a_model_is_a_span_below_its_stage(heard: Collector) -> None:
    """By the conventions for generative AI: who was asked for what, what it took, what went wrong."""
    spans = Telling()
    replies: Any = [
        RateLimited("gpt", "slow down"),
        said('{"total": 12}', input_tokens=90, output_tokens=7, cached_tokens=40),
    ]
    staged = stage({"gpt": replies}, watches=spans.watches)
    with spans.stage("extract", DOC):
        await staged.llm.ask(CALL, CALLER, needs_total)
    spans.flush()
    failed, answered = heard.named("chat gpt-model-1")
    [extract] = heard.named("extract")
    assert {each.parent_id for each in (failed, answered)} == {extract.span_id}
    assert {each.trace_id for each in (failed, answered)} == {DOC[:32]}
    assert (failed.facts["error.type"], "slow down" in failed.failed) == ("rate_limited", True)
    assert {name: answered.facts[name] for name in answered.facts if name.startswith(("gen_ai.", "server."))} == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-model-1",
        "gen_ai.request.max_tokens": 500,
        "gen_ai.response.model": "served-model",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 90,
        "gen_ai.usage.output_tokens": 7,
        "gen_ai.usage.cache_read.input_tokens": 40,
        "gen_ai.output.type": "json",
        "server.address": "127.0.0.1",
        "server.port": 1,
    }
    assert (answered.facts["weir.outcome"], answered.facts["weir.attempt"]) == ("ok", 2)
    assert "Be exact." not in str([each.facts for each in heard.seen]), "prompts are for samples, not for spans"


def test_an_event_carries_the_trace_to_whoever_receives_it(heard: Collector) -> None:
    """Its own span is the parent of what the consumer does; a refused one says why."""
    spans = Telling()
    taken, refused = Leaving(uuid4()), Leaving(uuid4())
    outgoing = spans.outgoing([taken, refused])
    parents = [outgoing.traceparent(str(each.event_id)).split("-") for each in (taken, refused)]
    outgoing.over({str(refused.event_id): OSError("no room")})
    spans.flush()
    arrived, held = heard.named("deliver")
    assert parents == [["00", DOC[:32], each.span_id, "01"] for each in (arrived, held)]
    assert (arrived.failed, held.failed, held.facts["error.type"]) == ("", "no room", "OSError")
    assert arrived.kind == 4, "a producer's"


def test_a_share_of_traces_is_chosen_alike_everywhere(heard: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the SDK's own sampler: of a document all spans are told, or none, and its event says which."""
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0.5")
    docs = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(40)]
    first, later = Telling(), Telling()
    flagged = set()
    for doc in docs:
        with first.document(doc), later.stage("extract", doc):
            event = Leaving(uuid4(), doc)
        if later.outgoing([event]).traceparent(str(event.event_id)).endswith("-01"):
            flagged.add(doc[:32])
    first.flush()
    later.flush()
    told_of = [{each.trace_id for each in heard.named(name)} for name in ("document", "extract")]
    assert told_of == [flagged, flagged]
    assert 5 < len(flagged) < 35


class Offered:
    """A sink that keeps what it is offered, and refuses some places."""

    batch = 10

    def __init__(self, *refused: str) -> None:
        self.events: list[Event] = []
        self._refused = refused

    def publish(self, feed: str, events: Sequence[Event]) -> dict[str, SinkError]:
        self.events += events
        return {
            each.event_id: NotAccepted(each.event_id, "here", "no") for each in events if each.subject in self._refused
        }

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def traced(heard: Collector, monkeypatch: pytest.MonkeyPatch) -> Spans:
    """The spans of this process while the test runs."""
    opened = Telling()
    monkeypatch.setattr(handover, "spans", lambda: opened)
    return opened


def test_delivered_events_carry_a_traceparent(database_url: str, heard: Collector, traced: Spans) -> None:
    """The extension CloudEvents has for it; whoever listens learns which event was refused."""
    sink = Offered("b")
    with Ledger.open(database_url) as ledger:
        told(ledger, "a", "b")
        Courier(ledger.outbox, sink).drain(threading.Event())
    traced.flush()
    spans = {each.facts["weir.event_id"]: each for each in heard.named("deliver")}
    for event in sink.events:
        span = spans[event.event_id]
        assert event.extensions["traceparent"] == f"00-{span.trace_id}-{span.span_id}-01"
        assert span.facts["weir.correlation_id"] == event.extensions["docid"]
        assert bool(span.failed) == (event.subject == "b")


def test_a_message_has_the_trace_in_its_headers(
    database_url: str, broker: Broker, heard: Collector, traced: Spans
) -> None:
    """RabbitMQ's consumers read it without opening the body; the correlation id is the document's."""
    queue = broker.queue(FEED)
    deliver(database_url, broker.url())
    [message] = broker.take(queue)
    traced.flush()
    [span] = heard.named("deliver")
    assert message.headers.items() >= {"traceparent": f"00-{span.trace_id}-{span.span_id}-01"}.items()
    assert message.correlation_id == span.facts["weir.correlation_id"]


def test_a_webhook_has_the_trace_in_its_headers(database_url: str, heard: Collector, traced: Spans) -> None:
    """Any server with OpenTelemetry goes on with it by itself."""
    with listening() as hook:
        deliver(database_url, hook.url)
    [(headers, body)] = hook.seen
    traced.flush()
    [span] = heard.named("deliver")
    assert headers["traceparent"] == f"00-{span.trace_id}-{span.span_id}-01" == json.loads(body)["traceparent"]


def deliver(database_url: str, url: str) -> None:
    """One event, all the way."""
    with Ledger.open(database_url) as ledger, closing(open_sink(url)) as sink:
        told(ledger, "a")
        assert Courier(ledger.outbox, sink).drain(threading.Event()).published == 1


def test_where_nobody_listens_nothing_is_told_nor_loaded() -> None:
    """Neither the SDK nor the exporter is imported by a run, and an event carries no trace."""
    program = (
        "import sys; from resources.tracing import spans; import pipeline_defs.definitions, resources.relay\n"
        "with spans().document('d') as span: span.note(weir__feed='x')\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])\n"
        "print(repr(spans().outgoing([]).traceparent('e')), spans().watches)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    assert done.stdout == "[]\n'' ()\n"


@pytest.mark.parametrize(
    ("variables", "listens"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1", "OTEL_SDK_DISABLED": "true"}, False),
    ],
)
def test_the_usual_variables_switch_it(variables: dict[str, str], listens: bool) -> None:
    """Those of OpenTelemetry, none of ours."""
    assert isinstance(open_spans(variables), Telling) == listens
