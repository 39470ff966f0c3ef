"""RabbitMQ, a real one: confirmed, routed, kept; what goes wrong is a sentence and the event stays ours."""

import asyncio
import gc
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace

import aio_pika
import pytest

from resources.sink import Event, Sink, SinkError, open_sink
from resources.sink import amqp as module
from resources.sink.amqp import AmqpSink
from resources.sink.amqp_parcel import Parcel, parcel_of
from resources.sink.errors import (
    FromSandbox,
    Nonsense,
    NotAccepted,
    NotConfirmed,
    NotLetIn,
    NotReachable,
    Unroutable,
    UnusableUrl,
)
from resources.sink.limits import Limits
from tests.broker import AMQP_URL, Broker
from tests.resources.sink_parts import FEED, event
from tests.wire import Wire


@pytest.fixture
def sink(broker: Broker) -> Iterator[Sink]:
    broker.queue(FEED)
    with closing(open_sink(broker.url())) as opened:
        yield opened


def kinds(refused: object) -> dict[str, type]:
    return {name: type(error) for name, error in dict(refused).items()}  # type: ignore[call-overload]


def test_an_event_is_a_persistent_message_known_by_its_id(broker: Broker, sink: Sink) -> None:
    """A CloudEvent in structured mode, routed by feed and type."""
    assert sink.publish(FEED, [event(1), event(2)]) == {}
    first, second = broker.take(broker.queue(FEED))
    assert (first.message_id, second.message_id) == ("event-1", "event-2")
    assert (first.routing_key, first.type, first.app_id) == ("quotes.record.created", "record.created", "weir")
    assert first.content_type == "application/cloudevents+json; charset=utf-8"
    assert first.delivery_mode == 2
    told = json.loads(first.body)
    assert (told["id"], told["schemaversion"], told["data"]["number"]) == ("event-1", "abc123", 1)


def test_a_feed_has_a_quorum_queue_before_its_first_event(broker: Broker, sink: Sink) -> None:
    """Nothing is lost before a consumer comes, and what it cannot digest is kept beside it."""
    sink.publish(FEED, [event(1)])
    queue = broker.queue(FEED)
    broker.arguments(f"{queue}.dead", **{"x-queue-type": "quorum"})
    broker.arguments(
        queue,
        **{
            "x-queue-type": "quorum",
            "x-delivery-limit": 20,
            "x-dead-letter-exchange": "",
            "x-dead-letter-routing-key": f"{queue}.dead",
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def test_a_queue_that_is_there_already_is_left_as_it_is(broker: Broker, sink: Sink) -> None:
    """Its owner knows why it is a classic one."""
    broker.make_queue(broker.queue(FEED), "nothing.at.all")
    assert sink.publish(FEED, [event(1)]) == {}
    assert len(broker.take(broker.queue(FEED))) == 1


def test_an_event_no_queue_takes_is_an_error_with_its_key(broker: Broker) -> None:
    """Mandatory: what nobody is there for comes back, and the others go."""
    broker.make_queue(f"{broker.exchange}.own", f"{FEED}.record.updated")
    with closing(open_sink(broker.url(queues="off"))) as sink:
        refused = sink.publish(FEED, [event(1), replace(event(2), type="record.updated")])
    assert kinds(refused) == {"event-1": Unroutable}
    assert f"{broker.exchange!r} for the routing key 'quotes.record.created'" in str(refused["event-1"])
    assert refused["event-1"].transient
    assert len(broker.take(f"{broker.exchange}.own")) == 1


def test_a_deleted_queue_is_made_again_for_the_next_try(broker: Broker, sink: Sink) -> None:
    """One event says so, its next attempt goes."""
    sink.publish(FEED, [event(1)])
    broker.delete_queue(broker.queue(FEED))
    assert kinds(sink.publish(FEED, [event(2)])) == {"event-2": Unroutable}
    assert sink.publish(FEED, [event(2)]) == {}


def test_a_full_queue_refuses_what_it_cannot_hold(broker: Broker) -> None:
    """A negative acknowledgement is this event's failure, for now."""
    full = {"x-max-length": 1, "x-overflow": "reject-publish"}
    broker.make_queue(f"{broker.exchange}.full", "#", **full)
    with closing(open_sink(broker.url(queues="off"))) as sink:
        sink.publish(FEED, [event(1)])
        refused = sink.publish(FEED, [event(2)])
    assert kinds(refused) == {"event-2": NotConfirmed}
    assert refused["event-2"].transient


def test_a_message_the_broker_hates_is_found_among_the_others(
    broker: Broker, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It closes the channel on all that are under way: each alone shows which, and only that one is refused."""

    def spoiled(feed: str, event: Event, body: bytes) -> Parcel:
        parcel = parcel_of(feed, event, body)
        parcel.properties.user_id = "nobody" if event.event_id == "event-3" else None
        return parcel

    monkeypatch.setattr(module, "parcel_of", spoiled)
    refused = sink.publish(FEED, [event(number) for number in range(6)])
    assert kinds(refused) == {"event-3": NotAccepted}
    assert "PRECONDITION_FAILED" in str(refused["event-3"])
    found = {message.message_id for message in broker.take(broker.queue(FEED))}
    assert found == {f"event-{number}" for number in range(6) if number != 3}


def test_an_event_that_does_not_fit_the_protocol_is_refused_alone(broker: Broker, sink: Sink) -> None:
    """The client cannot even write it."""
    refused = sink.publish(FEED, [event(1), replace(event(2), type="t" * 300), event(3)])
    assert kinds(refused) == {"event-2": NotAccepted}
    assert len(broker.take(broker.queue(FEED))) == 2


def test_an_exchange_deleted_under_us_is_made_again(broker: Broker, sink: Sink) -> None:
    """With its queues; nothing is lost but what lay in them."""
    sink.publish(FEED, [event(1)])
    broker.delete_exchange()
    assert sink.publish(FEED, [event(2), event(3)]) == {}
    assert {message.message_id for message in broker.take(broker.queue(FEED))} == {"event-1", "event-2", "event-3"}


def test_answers_by_rules_never_leave(sink: Sink) -> None:
    """Nor does a batch of nothing else ask the broker anything."""
    by_rules = replace(event(1), extensions={"endpoint": "sandbox-anthropic"})
    assert kinds(sink.publish(FEED, [by_rules])) == {"event-1": FromSandbox}


def test_the_same_event_twice_in_a_batch_is_sent_once(broker: Broker, sink: Sink) -> None:
    """The id decides."""
    sink.publish(FEED, [event(1), event(1)])
    assert len(broker.take(broker.queue(FEED))) == 1


@pytest.mark.parametrize(
    ("url", "error", "why"),
    [
        (AMQP_URL.replace("guest:guest", "guest:geheim"), NotLetIn, "ACCESS_REFUSED"),
        (f"{AMQP_URL}geheim-vhost", NotLetIn, "virtual host"),
        (f"{AMQP_URL}?exchange=amq.direct", UnusableUrl, "of another kind"),
        ("amqp://guest:geheim@127.0.0.1:1/", NotReachable, "Connect call failed"),
        (AMQP_URL.replace("amqp:", "amqps:"), NotReachable, "SSL"),
    ],
)
def test_a_broker_that_cannot_be_used_is_one_sentence(
    broker: Broker, url: str, error: type[SinkError], why: str
) -> None:
    """Without the password, and with what to do."""
    with closing(open_sink(url)) as sink, pytest.raises(error, match=why) as caught:
        sink.publish(FEED, [event(1)])
    assert ":geheim" not in str(caught.value)


@contextmanager
def somebody(greeting: bytes) -> Iterator[int]:
    """A server that says one thing to whoever comes, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(8)
                connection.sendall(greeting)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"AMQP\x00\x00\x09\x00", b"", b"\x01" * 50])
def test_what_speaks_no_amqp_is_said_to(greeting: bytes) -> None:
    """A wrong port is no mystery, and no event is lost to it."""
    with (
        somebody(greeting) as port,
        closing(open_sink(f"amqp://u:geheim@127.0.0.1:{port}/")) as sink,
        pytest.raises((Nonsense, NotReachable)) as caught,
    ):
        sink.publish(FEED, [event(1)])
    assert "stay in the outbox" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_connection_cut_in_the_middle_of_a_confirm_is_opened_again(broker: Broker) -> None:
    """The batch counts as not delivered; the next one finds a new connection."""
    broker.queue(FEED)
    with Wire(AMQP_URL) as wire, closing(open_sink(f"{wire.url}?exchange={broker.exchange}")) as sink:
        sink.publish(FEED, [event(1)])
        wire.cut_after_bytes(2_000)
        with pytest.raises(NotReachable):
            sink.publish(FEED, [event(number, text="x" * 1_000) for number in range(2, 12)])
        assert sink.publish(FEED, [event(2)]) == {}
    assert {"event-1", "event-2"} <= {message.message_id for message in broker.take(broker.queue(FEED))}


def test_a_broker_that_does_not_confirm_is_not_waited_for_for_ever(broker: Broker) -> None:
    """A stopped disk, a paused node: the batch comes back, and is sent on a new connection."""
    broker.queue(FEED)
    with Wire(AMQP_URL) as wire, closing(_impatient(f"{wire.url}?exchange={broker.exchange}")) as sink:
        sink.publish(FEED, [event(1)])
        wire.hold_answers()
        with pytest.raises(NotReachable, match="no confirmation"):
            sink.publish(FEED, [event(2)])
        wire.let_go()
        assert sink.publish(FEED, [event(2)]) == {}


def _impatient(url: str) -> AmqpSink:
    return AmqpSink(url, Limits(), confirm_s=0.3)


def test_a_connection_that_could_not_be_made_is_closed() -> None:
    """Left to the garbage collector it would be in whatever thread that runs, without a loop, with a warning."""
    with closing(open_sink("amqp://127.0.0.1:1/")) as sink, pytest.raises(NotReachable) as caught:
        sink.publish(FEED, [event(1)])
    assert caught.value.__cause__ is not None, "whose traceback holds the connection"
    found = [each for each in gc.get_objects() if isinstance(each, aio_pika.Connection) and each.url.port == 1]
    assert found
    assert all(each.is_closed for each in found)


def test_a_batch_is_one_write(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system call a message would cost as much as all the rest."""
    sink.publish(FEED, [event(0)])
    sizes: list[int] = []
    write = asyncio.StreamWriter.write

    def noted(self: asyncio.StreamWriter, content: bytes) -> None:
        sizes.append(len(content))
        write(self, content)

    monkeypatch.setattr(asyncio.StreamWriter, "write", noted)
    assert sink.publish(FEED, [event(number) for number in range(1, 301)]) == {}
    assert len([size for size in sizes if size > 100]) == 1
