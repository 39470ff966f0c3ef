"""What a keeper does with any server, shown with a shell that plays one, good or bad."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import IO

import pytest

from resources.embedded import locks
from resources.embedded.errors import DiskFull, NotStarted
from resources.embedded.keeper.keeping import Keeper
from resources.embedded.keeper.processes import Adopted, alive, command_line
from resources.embedded.keeper.report import Report
from resources.embedded.keeper.startup import bring_up
from resources.embedded.sandbox.server import SandboxServer
from resources.embedded.service import Running, published
from tests.resources.embedded_users import gone, until


@dataclass
class PlayedServer:
    """A shell script as a server: it is ready once it has written its pid into a file."""

    folder: Path
    scripts: list[str]
    name: str = "The played server"
    stop_signals: Sequence[Signals] = (SIGTERM, SIGKILL)
    found: Running | None = None
    asked_for: list[str | None] = field(default_factory=list)
    cleared: bool = False

    def prepare(self) -> None: ...

    def survivor(self) -> Running | None:
        return self.found

    def launch(self, log: IO[bytes], previous: str | None) -> subprocess.Popen[bytes]:
        self.asked_for.append(previous)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        return subprocess.Popen(["/bin/sh", "-c", script], stdout=log, stderr=log, cwd=self.folder)

    def ready(self, pid: int) -> str | None:
        path = self.folder / "ready"
        return f"played:{pid}" if path.exists() and path.read_text().strip() == str(pid) else None

    def passes(self, said: str) -> bool:
        return "passing" in said

    def clear(self) -> None:
        self.cleared = True


SLEEP = ["/bin/sleep", "60"]
GOOD = "echo $$ > ready; exec sleep 60"
SHORT_LIVED = "echo $$ > ready; until [ -e state.json ]; do sleep 0.01; done"
STUBBORN = "trap '' TERM; echo $$ > ready; while :; do sleep 0.05; done"


@dataclass
class Kept:
    """A keeper of a played server, its users' lock, and what it reports."""

    server: PlayedServer
    users: int
    keeper: Keeper
    pipe: int

    def reported(self) -> dict[str, str]:
        told: dict[str, str] = json.loads(os.read(self.pipe, 10_000))
        return told


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    lock, users = locks.open_lock(tmp_path, locks.KEEPER), locks.open_lock(tmp_path, locks.USERS)
    reading, writing = os.pipe()
    server = PlayedServer(tmp_path, [GOOD])
    before = signal.getsignal(signal.SIGTERM)
    yield Kept(server, users, Keeper(server, lock, Report(writing), grace_s=0.2), reading)
    signal.signal(signal.SIGTERM, before)
    for descriptor in (lock, users, reading, writing):
        os.close(descriptor)


def test_a_keeper_without_users_starts_reports_and_stops(kept: Kept) -> None:
    """Whoever asked for the server may have died meanwhile: nothing runs on for nobody."""
    kept.keeper.keep()
    assert gone(int(kept.reported()["url"].removeprefix("played:")))
    assert kept.server.cleared
    assert published(kept.server.folder) is None


def test_a_keeper_holds_the_users_out_until_the_server_is_down(kept: Kept) -> None:
    """A newcomer in the moment of stopping waits; it never gets a server that is about to go."""
    kept.keeper.keep()
    assert not locks.try_shared(kept.users)


def test_a_server_that_ignores_politeness_is_killed(kept: Kept) -> None:
    """Each signal gets its time, then the next one."""
    kept.server.scripts = [STUBBORN]
    kept.keeper.keep()
    assert gone(int(kept.reported()["url"].removeprefix("played:")))


def test_a_keeper_whose_starter_died_keeps_all_the_same(kept: Kept) -> None:
    """Others may be waiting for the server, and a report that nobody reads is no reason to die."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, kept.pipe)  # closes the end that would have read
    kept.keeper.keep()
    os.close(null)
    assert kept.server.cleared


def test_a_failed_start_is_reported_by_name_and_sentence(kept: Kept) -> None:
    """The one who started the keeper is the one who can tell a person."""
    kept.server.scripts = ["echo 'FATAL: no room'; exit 1"]
    kept.keeper.keep()
    told = kept.reported()
    assert told["error"] == "NotStarted"
    assert "FATAL: no room" in told["sentence"]


def test_a_server_that_keeps_dying_is_given_up(kept: Kept) -> None:
    """After some restarts a person is needed; the keeper goes, so that the next user is told why."""
    assert locks.try_shared(kept.users)
    kept.server.scripts = [SHORT_LIVED]
    kept.keeper.keep()
    assert len(kept.server.asked_for) == 6
    assert published(kept.server.folder) is None


def test_a_restart_that_fails_ends_the_keeper(kept: Kept) -> None:
    """It says so in its log instead of dying of a traceback."""
    assert locks.try_shared(kept.users)
    kept.server.scripts = [SHORT_LIVED, "exit 1"]
    kept.keeper.keep()
    assert kept.server.cleared


def test_a_restarted_server_is_asked_to_stay_at_its_address(kept: Kept) -> None:
    """Users were told the URL once."""
    assert locks.try_shared(kept.users)
    kept.server.scripts = [SHORT_LIVED, "exit 1"]
    kept.keeper.keep()
    assert kept.server.asked_for == [None, kept.reported()["url"]]


def test_a_survivor_is_kept_instead_of_a_second_server(kept: Kept) -> None:
    """It is stopped like one of our own when everyone is gone."""
    with subprocess.Popen(SLEEP) as survivor:
        kept.server.found = Running(survivor.pid, "played:survivor")
        kept.keeper.keep()
        assert survivor.wait() == -SIGTERM
    assert kept.reported() == {"url": "played:survivor"}
    assert kept.server.asked_for == []


# Starting


def test_what_passes_is_tried_again(tmp_path: Path) -> None:
    """Shared memory of a killed server, a port that is just being freed: the second try is at no fixed address."""
    server = PlayedServer(tmp_path, ["echo passing; exit 1", GOOD])
    running, child = bring_up(server, "played:before")
    assert server.asked_for == ["played:before", None]
    child.send(SIGKILL)
    child.wait()
    assert gone(running.pid)


@pytest.mark.parametrize(("says", "error"), [("error: odd", NotStarted), ("No space left on device", DiskFull)])
def test_what_does_not_pass_is_told(tmp_path: Path, says: str, error: type[Exception]) -> None:
    """Only what this start said counts, not what stands in the log from earlier ones."""
    (tmp_path / "server.log").write_text("passing\n")
    with pytest.raises(error):
        bring_up(PlayedServer(tmp_path, [f"echo '{says}'; exit 1"]), None)


def test_a_long_log_makes_room(tmp_path: Path) -> None:
    """One old log is kept, so that the folder does not grow for ever."""
    with (tmp_path / "server.log").open("wb") as log:
        log.truncate(20_000_000)
    _, child = bring_up(PlayedServer(tmp_path, [GOOD]), None)
    child.send(SIGKILL)
    child.wait()
    assert (tmp_path / "server.log").stat().st_size == 0
    assert (tmp_path / "server.log.1").stat().st_size == 20_000_000


def test_a_sandbox_whose_port_was_taken_moves(tmp_path: Path) -> None:
    """Between its end and its restart anybody may take the port; a sandbox elsewhere is better than none."""
    with socket.create_server(("127.0.0.1", 0)) as squatter:
        taken = f"http://127.0.0.1:{squatter.getsockname()[1]}"
        server = SandboxServer(tmp_path)
        running, child = bring_up(server, taken)
        assert running.url != taken
        assert server.survivor() == running
    child.send(SIGTERM)
    child.wait()
    assert server.survivor() is None


# Processes


def test_a_process_that_only_waits_to_be_collected_is_not_alive() -> None:
    """Containers without an init are full of them."""
    with subprocess.Popen(["/bin/true"]) as ended:
        until(lambda: not alive(ended.pid))
        assert ended.returncode is None


def test_arguments_are_those_of_a_living_process() -> None:
    """They say whether a pid is still what a file claims."""
    with subprocess.Popen(SLEEP) as process:
        until(lambda: command_line(process.pid)[:2] == SLEEP)
        process.kill()
    assert command_line(process.pid) == []
    Adopted(process.pid).send(SIGTERM)  # gone meanwhile, which is what was wanted
    Adopted(process.pid).wait()
