"""The relay as a process: at once, through outages of both sides, and to its end when it is told to."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.relay import Relay
from resources.relay.health import STILL_S, Health, health_server
from resources.sink import Sink, open_sink
from tests.broker import AMQP_URL, Broker, until
from tests.resources.outbox_parts import DAY, FEED, told
from tests.wire import Wire


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


class Running:
    """A relay in a thread, and what it said."""

    def __init__(self, database_url: str, sink: Sink) -> None:
        self.said: list[str] = []
        self.health = Health(time.monotonic)
        self.relay = Relay(lambda: Ledger.open(database_url, 3), sink, self.health, self.said.append, lambda: 0.0)
        self._thread = threading.Thread(target=self.relay.run)

    def __enter__(self) -> "Running":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.relay.stop()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def heard(self, words: str) -> bool:
        return any(words in sentence for sentence in self.said)


def published(ledger: Ledger) -> int:
    return ledger.outbox.counts(DAY, FEED).published


def test_what_is_released_leaves_at_once(ledger: Ledger, database_url: str, broker: Broker) -> None:
    """Long before the next look: the release itself is heard."""
    broker.queue(FEED)
    with closing(open_sink(broker.url())) as sink, Running(database_url, sink) as running:
        told(ledger, "warm")
        until(lambda: published(ledger) == 1)
        begun = time.monotonic()
        for number in range(5):
            told(ledger, f"p{number}")
            until(lambda number=number: published(ledger) == number + 2)  # type: ignore[misc]
        took_s = time.monotonic() - begun
    assert took_s < 4.0, "five releases one after the other would take five looks, a second each"
    assert running.said == []


def test_two_relays_at_once_publish_everything_once(ledger: Ledger, database_url: str, tmp_path: Path) -> None:
    """Also the tellings of one place, in their order."""
    with (
        closing(open_sink(str(tmp_path))) as sink,
        Running(database_url, sink),
        Running(database_url, open_sink(str(tmp_path))),
    ):
        for version in (1, 2, 3):
            told(ledger, *(f"p{number}" for number in range(40)), version=version)
        until(lambda: published(ledger) == 120)
    lines = [json.loads(line) for line in (tmp_path / f"{FEED}.jsonl").read_text().splitlines()]
    assert len({line["id"] for line in lines}) == len(lines) == 120
    for number in range(40):
        versions = [line["data"]["version"] for line in lines if line["subject"] == f"p{number}"]
        assert versions == [1, 2, 3]


def test_a_database_that_hangs_up_is_survived(ledger: Ledger, database_url: str, tmp_path: Path) -> None:
    """Every connection is cut, also the one that listens; the relay says so, comes back, and says that too."""
    with closing(open_sink(str(tmp_path))) as sink, Running(database_url, sink) as running:
        told(ledger, "a")
        until(lambda: published(ledger) == 1)
        with connect(database_url) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        until(lambda: running.heard("The database does not answer"))
        told(ledger, "b")
        until(lambda: published(ledger) == 2)
        until(lambda: running.heard("All is well again."))


def test_a_broker_that_goes_away_is_survived(ledger: Ledger, database_url: str, broker: Broker) -> None:
    """No event is set aside for it, and no attempt counted."""
    broker.queue(FEED)
    with (
        Wire(AMQP_URL) as wire,
        closing(open_sink(f"{wire.url}?exchange={broker.exchange}")) as sink,
        Running(database_url, sink) as running,
    ):
        told(ledger, "a")
        until(lambda: published(ledger) == 1)
        wire.refuse()
        told(ledger, "b", "c")
        until(lambda: running.heard("cannot be reached"))
        assert not running.health.is_ready
        assert running.health.is_live
        wire.accept_again()
        until(lambda: published(ledger) == 3)
        until(lambda: running.health.is_ready)
    with connect(database_url) as connection:
        assert connection.execute("select max(attempts) from weir.outbox").fetchone() == (0,)


def test_a_database_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """Containers start in any order."""
    nowhere = "postgresql://u:geheim@127.0.0.1:1/none"
    with closing(open_sink(str(tmp_path))) as sink, Running(nowhere, sink) as running:
        until(lambda: len(running.said) > 2)
    assert "geheim" not in "".join(running.said)
    assert "The database does not answer" in running.said[0]


def test_a_refused_event_is_said_with_what_comes_next(ledger: Ledger, database_url: str, broker: Broker) -> None:
    """Answers by rules are set aside, with the command that shows them."""
    told(ledger, "a", endpoint="sandbox-openai")
    with closing(open_sink(broker.url())) as sink, Running(database_url, sink) as running:
        until(lambda: running.said)
    assert "answered by rules (sandbox-openai)" in running.said[0]
    assert running.said[0].endswith("It is set aside: python -m pipeline_defs outbox.")
    assert ledger.outbox.counts(DAY, FEED).set_aside == 1


def ask(port: int, path: str) -> tuple[int, dict[str, object]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def test_probes_tell_a_relay_that_stands_still_from_one_in_trouble() -> None:
    """The first is restarted; for the second that would not help."""
    now = [0.0]
    health = Health(lambda: now[0])
    with closing(health_server(health, "127.0.0.1", 0)) as server:
        assert [ask(server.port, path)[0] for path in ("/live", "/ready", "/x")] == [200, 503, 404]
        health.well(3)
        assert ask(server.port, "/ready")[0] == 200
        health.trouble("the broker is gone")
        assert ask(server.port, "/live")[0] == 200
        status, said = ask(server.port, "/ready")
        assert (status, said["trouble"], said["published"]) == (503, "the broker is gone", 3)
        now[0] = STILL_S + 1
        assert ask(server.port, "/live")[0] == 503


@contextmanager
def command(variables: dict[str, str], *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline_defs", "relay", *arguments],
        cwd=ROOT,
        env=kept | variables,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_relays_until_it_is_told_to_stop(
    ledger: Ledger, database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    """It ends with 0 after the batch in hand; its probes answer; it shows no password."""
    told(ledger, "a")
    port = free_port()
    variables = {"DATABASE_URL": database_url, "DELIVERY_URL": str(tmp_path)}
    with command(variables, "--probe", str(port)) as process:
        until(lambda: published(ledger) == 1)
        until(lambda: ask(port, "/ready")[0] == 200)
        process.send_signal(number)
        _, said = process.communicate(timeout=20)
    assert process.returncode == 0
    assert said.splitlines()[-1] == "weir: stopped; the batch in hand was finished"


def test_a_sink_that_cannot_be_used_ends_the_command_with_a_sentence(database_url: str) -> None:
    """Before anything is read; a container that restarts it shows the same."""
    variables = {"DATABASE_URL": database_url, "DELIVERY_URL": "ftp://u:geheim@host/"}
    with command(variables) as process:
        _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert said.startswith("weir: DELIVERY_URL begins with ftp://")
    assert "geheim" not in said
