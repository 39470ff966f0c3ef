"""The webhook, against real servers: signed, known again, and every answer means one thing."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.sink import Sink, SinkError, open_sink
from resources.sink.answers import Answer, judge, retry_after
from resources.sink.errors import Failing, Nonsense, NotAccepted, NotLetIn, NotReachable, Overloaded
from tests.resources.hook_parts import Hook, listening
from tests.resources.sink_parts import FEED, event

SECRET = "whsec_" + base64.b64encode(b"a key of the tests").decode()


@pytest.fixture
def hook() -> Iterator[Hook]:
    with listening() as opened:
        yield opened


@pytest.fixture
def sink(hook: Hook) -> Iterator[Sink]:
    with closing(open_sink(hook.url, {"DELIVERY_SECRET": SECRET})) as opened:
        yield opened


def only(
    event_id: str, status: int, body: bytes = b"", **headers: str
) -> Callable[[str], tuple[int, dict[str, str], bytes]]:
    return lambda seen: (status, headers, body) if seen == event_id else (200, {}, b"")


def test_an_event_is_posted_signed_and_under_its_key(hook: Hook, sink: Sink) -> None:
    """The receiver knows a repeated event by its key, and ours by the signature over id, time and body."""
    assert sink.publish(FEED, [event(1)]) == {}
    [(headers, body)] = hook.seen
    assert headers["idempotency-key"] == headers["webhook-id"] == "event-1"
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    signed = f"event-1.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(b"a key of the tests", signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(body)["data"]["number"] == 1


def test_without_a_secret_nothing_is_signed(hook: Hook) -> None:
    """And a text that is no base64 is a secret as it stands."""
    with closing(open_sink(hook.url, {})) as sink:
        sink.publish(FEED, [event(1)])
    with closing(open_sink(hook.url, {"DELIVERY_SECRET": "plain"})) as sink:
        sink.publish(FEED, [event(2)])
    assert "webhook-signature" not in hook.seen[0][0]
    assert hook.seen[1][0]["webhook-signature"].startswith("v1,")


def test_what_one_event_meets_while_others_go_is_that_events(hook: Hook, sink: Sink) -> None:
    """A 400 for one of three sets one aside; its words are told, the key in our address is not."""
    hook.answer = only("event-2", 422, b"total does not add up: /hooks/geheim\nbye")
    refused = sink.publish(FEED, [event(1), event(2), event(3)])
    assert {name: type(error) for name, error in refused.items()} == {"event-2": NotAccepted}
    assert "422 Unprocessable" in str(refused["event-2"])
    assert "total does not add up: /*** bye" in str(refused["event-2"])


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, NotAccepted), (404, NotAccepted), (410, NotAccepted), (409, Failing), (500, Failing), (503, Overloaded)],
)
def test_a_single_events_answer(hook: Hook, sink: Sink, status: int, error: type[SinkError]) -> None:
    """4xx that will never succeed, what may succeed later, and what says nothing of the event."""
    hook.answer = only("event-2", status)
    refused = sink.publish(FEED, [event(1), event(2)])
    assert {name: type(each) for name, each in refused.items()} == {"event-2": error}


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, NotLetIn), (404, NotLetIn), (302, Nonsense), (502, Overloaded), (503, Overloaded), (429, Overloaded)],
)
def test_what_every_event_meets_is_the_endpoints_trouble(
    hook: Hook, sink: Sink, status: int, error: type[SinkError]
) -> None:
    """A wrong address or an outage sets nothing aside."""
    hook.answer = lambda _: (status, {"location": "/elsewhere"}, b"")
    with pytest.raises(error) as caught:
        sink.publish(FEED, [event(1), event(2)])
    assert "geheim" not in str(caught.value)
    assert "stay in the outbox" in str(caught.value)


@pytest.mark.parametrize("status", [400, 413, 422, 500])
def test_an_answer_about_an_event_is_about_it_also_when_it_is_alone(hook: Hook, sink: Sink, status: int) -> None:
    """So that it is set aside although nothing else is due."""
    hook.answer = only("event-1", status)
    refused = sink.publish(FEED, [event(1)])
    assert refused["event-1"].blames_event


def test_an_overloaded_endpoint_is_spared_the_rest_and_what_it_took_counts(hook: Hook, sink: Sink) -> None:
    """Progress is kept although the batch did not fit into the minute; it is left alone as long as it asks."""
    hook.answer = lambda _: (429, {"retry-after": "7"}, b"") if len(hook.seen) > 10 else (200, {}, b"")
    events = [event(number) for number in range(60)]
    refused = sink.publish(FEED, events)
    assert 40 <= len(refused) <= 50
    assert len(hook.seen) < 30
    assert {error.retry_after_s for error in refused.values()} == {7.0}
    assert not any(error.blames_event for error in refused.values())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("Wed, 25 Nov 2026 10:00:09 GMT", 9.0),
        ("Wed, 25 Nov 2020 10:00:00 GMT", 0.0),
        ("soon", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    """And nothing else."""
    assert retry_after(value, lambda: 1_795_600_800.0) == seconds


@contextmanager
def nonsense(content: bytes) -> Iterator[str]:
    """A server that answers every request with the same bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    connection.sendall(content)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize(
    "content",
    [b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00\x01\x02" * 20, b"", b"HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n"],
)
def test_an_answer_that_is_none_is_said_and_nothing_is_lost(content: bytes) -> None:
    """Bytes of another protocol, silence, an invented status."""
    with (
        nonsense(content) as url,
        closing(open_sink(url, {})) as sink,
        pytest.raises((Nonsense, NotReachable)) as caught,
    ):
        sink.publish(FEED, [event(1)])
    assert caught.value.transient


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    """What a refusal says beyond its first words is nobody's business."""
    endless = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 100000000\r\n\r\n" + b"no " * 30_000
    with nonsense(endless) as url, closing(open_sink(url, {})) as sink:
        refused = sink.publish(FEED, [event(1)])
    assert len(str(refused["event-1"])) < 500


def test_nobody_at_home_is_one_sentence() -> None:
    """With the host, without the path."""
    with closing(open_sink("http://127.0.0.1:1/geheim", {})) as sink, pytest.raises(NotReachable) as caught:
        sink.publish(FEED, [event(1)])
    assert "http://127.0.0.1:1 cannot be reached" in str(caught.value)


def test_connection_trouble_of_one_event_among_others_is_its_failure() -> None:
    """Its handler may be what breaks the connection: it counts as its attempt."""
    refused = judge({"a": Answer(200), "b": Answer(0, "ReadTimeout")}, "https://host")
    assert isinstance(refused["b"], Failing)


@given(st.text(max_size=40) | st.integers(min_value=0).map(str) | st.datetimes().map(format_datetime))
def test_whatever_a_retry_after_says_delivery_goes_on_within_the_hour(value: str) -> None:
    """A number that no clock holds would end the relay, a mistyped one stop it for a year."""
    asked_s = retry_after(value, lambda: 1_795_600_800.0)
    assert asked_s is None or 0.0 <= asked_s <= 3_600.0


@pytest.mark.parametrize("value", ["9" * 400, "99999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_retry_after_of_ages_is_an_hour(value: str) -> None:
    """Of all that was ever sent."""
    assert retry_after(value, lambda: 1_795_600_800.0) == 3_600.0
