"""The decisions inside the embedded services, each on its own and without a server."""

import fcntl
import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from resources.embedded import LocalServiceError, errors, locks, status
from resources.embedded.errors import LostCluster, NoRuntimeFolder, NotAnswering, RunsElsewhere, revive
from resources.embedded.folder import claim
from resources.embedded.holding import Patience, hold
from resources.embedded.keeper.restarts import Restarts
from resources.embedded.keeper.startup import cause_in
from resources.embedded.postgres.account import Account
from resources.embedded.postgres.place import POINTER, pointed_home, write_pointer
from resources.embedded.postgres.postmaster import Postmaster, forget_stale, postmaster, serves
from resources.embedded.postgres.service import Postgres, socket_path, url_at
from resources.embedded.postgres.socket_folder import make_socket_folder
from resources.embedded.service import Running, publish, published, withdraw
from tests.resources.embedded_users import AS_ROOT, gone

OURSELVES = Account("ourselves", os.geteuid(), os.getegid(), switch=False)


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's."""
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:
        yield Path(folder)


@pytest.fixture
def postgres(tmp_path: Path) -> Postgres:
    service = Postgres.of(tmp_path, tmp_path / "system")
    claim(service.folder)
    return service


@pytest.fixture
def kept(postgres: Postgres) -> Iterator[Postgres]:
    """A service that somebody keeps."""
    lock = locks.open_lock(postgres.folder, locks.KEEPER)
    assert locks.try_exclusive(lock)
    yield postgres
    os.close(lock)


# Errors


def test_an_error_survives_the_way_between_two_processes() -> None:
    """The keeper sends name and sentence; the starter raises the same class with the same words."""
    sent = LostCluster(Path("/a/pointer.json"), Path("/b"))
    assert repr(revive(type(sent).__name__, str(sent))) == repr(LostCluster(Path("/a/pointer.json"), Path("/b")))


def test_an_error_of_an_unknown_name_is_still_ours() -> None:
    """Whatever a keeper of another version calls it, it is a LocalServiceError."""
    assert type(revive("Invented", "A sentence.")) is LocalServiceError


def test_the_tree_at_the_top_names_every_error() -> None:
    """The drawing is the overview that people read."""
    drawn = str(errors.__doc__)
    assert all(name in drawn for name, kind in vars(errors).items() if isinstance(kind, type) and name != "Path")


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("", "it said nothing"),
        ("starting\nFATAL:  no room.\nHINT:  make room\n", "FATAL:  no room"),
        ("initdb: error: no room\n", "initdb: error: no room"),
        ("one\n\ntwo\n", "two"),
    ],
)
def test_the_cause_is_the_line_that_calls_itself_an_error(said: str, cause: str) -> None:
    """A sentence has room for one line of a log."""
    assert cause_in(said) == cause


# Restarts


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=40), st.integers(1, 5), st.floats(1, 60))
def test_never_more_restarts_in_a_window_than_allowed(steps: list[float], limit: int, window_s: float) -> None:
    """Whatever the rhythm of the crashes, any window holds at most the limit."""
    restarts, now, allowed = Restarts(limit, window_s), 0.0, []
    for step in steps:
        now += step
        if restarts.allow(now):
            allowed.append(now)
    assert all(later - first >= window_s for first, later in zip(allowed, allowed[limit:], strict=False))


def test_a_rare_crash_is_always_mended() -> None:
    """Old crashes are forgotten."""
    restarts = Restarts(limit=2, window_s=60)
    assert all(restarts.allow(hour * 3600.0) for hour in range(24))


# Holding


def test_a_keeper_on_another_machine_is_told_at_once(kept: Postgres) -> None:
    """Locks reach further than sockets: a shared disk, or a container with the checkout mounted."""
    publish(kept.folder, Running(1, "postgresql://weir@/weir?host=/nowhere&port=5432"))
    state = kept.folder / "state.json"
    state.write_text(json.dumps(json.loads(state.read_text()) | {"host": "elsewhere"}))
    with pytest.raises(RunsElsewhere, match="elsewhere"):
        hold(kept)


def test_a_server_that_does_not_answer_is_told_with_whom_to_stop(kept: Postgres) -> None:
    """Somebody deleted the socket of a running server, say."""
    publish(kept.folder, Running(1, "postgresql://weir@/weir?host=/nowhere&port=5432"))
    with pytest.raises(NotAnswering, match=rf"kill {os.getpid()}"):
        hold(kept, Patience(answer_s=0.05))


def test_a_start_that_never_ends_is_given_up(kept: Postgres) -> None:
    """A keeper that publishes nothing is not waited for without end."""
    with pytest.raises(NotAnswering):
        hold(kept, Patience(start_s=0.05))


def test_a_stop_that_never_ends_is_given_up(postgres: Postgres) -> None:
    """So is a keeper that holds on to the users' lock."""
    lock = locks.open_lock(postgres.folder, locks.USERS)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(NotAnswering):
        hold(postgres, Patience(start_s=0.05))
    os.close(lock)


def test_to_hold_needs_no_heavy_module() -> None:
    """A command that finds the server running pays milliseconds, not imports."""
    heavy = "{'dagster', 'psycopg', 'http.client', 'asyncio', 'ssl'}"
    program = f"import sys, resources.embedded; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_status_of_an_untouched_project_touches_nothing(tmp_path: Path) -> None:
    """To look is not to use."""
    assert [(known.service, known.kept) for known in status(tmp_path)] == [
        ("PostgreSQL", False),
        ("The sandbox", False),
    ]
    assert list(tmp_path.iterdir()) == []


def test_status_of_a_start_in_progress_names_no_server_yet(kept: Postgres, tmp_path: Path) -> None:
    """Pids and URL are those of a server that takes connections."""
    database, _ = status(tmp_path)
    assert (database.kept, database.server) == (True, None)


def test_what_is_published_is_read_back_until_it_is_withdrawn(postgres: Postgres) -> None:
    """A state that cannot be read is none."""
    publish(postgres.folder, Running(7, "url"))
    state = published(postgres.folder)
    assert state is not None
    assert (state.server, state.url, state.keeper) == (7, "url", os.getpid())
    withdraw(postgres.folder)
    assert published(postgres.folder) is None
    (postgres.folder / "state.json").write_text("{")
    assert published(postgres.folder) is None


# Locks


def test_shared_locks_go_together_and_exclude_the_exclusive(tmp_path: Path) -> None:
    """Many users, one keeper, and never both alone."""
    first, second, third = (locks.open_lock(tmp_path, locks.USERS) for _ in range(3))
    assert locks.try_shared(first)
    assert locks.try_shared(second)
    assert not locks.try_exclusive(third)
    os.close(first)
    os.close(second)
    assert locks.try_exclusive(third)
    os.close(third)


def test_a_lock_knows_whether_its_file_is_still_there(tmp_path: Path) -> None:
    """A file of the same name is not the same file."""
    lock = locks.open_lock(tmp_path, locks.USERS)
    path = tmp_path / locks.USERS
    assert locks.names_file(lock, path)
    path.rename(tmp_path / "old")
    assert not locks.names_file(lock, path)
    path.touch()
    assert not locks.names_file(lock, path)
    os.close(lock)
    assert not locks.names_file(lock, tmp_path / "old")


# The socket's folder


def test_the_socket_folder_is_closed_to_others_and_used_again(short: Path) -> None:
    """What we made before is ours still."""
    folder = make_socket_folder("weir-name", OURSELVES, [short])
    assert folder == short / "weir-name"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert make_socket_folder("weir-name", OURSELVES, [short]) == folder


@pytest.mark.parametrize("trap", ["link", "file", "open", "foreign", "base"])
def test_a_socket_folder_that_is_not_ours_alone_is_avoided(short: Path, trap: str) -> None:
    """In a folder for everyone, somebody else may have been there first; then the next place is taken."""
    if trap == "foreign" and not AS_ROOT:
        pytest.skip("only root gives a folder away")
    base, spare = short / "base", short / "spare"
    base.mkdir()
    spare.mkdir()
    _set_trap(base / "name", trap)
    assert make_socket_folder("name", OURSELVES, [base, spare]) == spare / "name"


def _set_trap(folder: Path, trap: str) -> None:
    if trap == "link":
        folder.symlink_to(folder.parent)
    elif trap == "file":
        folder.touch()
    elif trap == "base":
        folder.parent.chmod(0o777)
    else:
        folder.mkdir(mode=0o700)
        folder.chmod(0o755 if trap == "open" else 0o700)
        if trap == "foreign":
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)


def test_no_safe_folder_is_one_sentence(short: Path) -> None:
    """It names each place that was tried, and why not."""
    long = short / ("x" * 100)
    long.mkdir()
    with pytest.raises(NoRuntimeFolder, match=r"too long.*No such file.*TMPDIR"):
        make_socket_folder("name", OURSELVES, [long, short / "missing"])


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1))
def test_a_url_leads_to_the_socket_it_was_made_for(name: str) -> None:
    """Any folder's name survives the way through a URL, for libpq as for us."""
    folder = Path("/run") / name
    given_back = conninfo_to_dict(url_at(folder))
    assert given_back == {"user": "weir", "dbname": "weir", "host": str(folder), "port": "5432"}
    assert socket_path(folder).parent == folder


# The pid file


def _pid_file(data: Path, pid: int, status_line: str = "ready   ") -> Path:
    data.mkdir(exist_ok=True)
    path = data / "postmaster.pid"
    path.write_text(f"{pid}\n{data}\n1795233600\n5432\n/run/socket\n\n 1 2\n{status_line}\n")
    return path


def test_the_pid_file_tells_who_serves_where(tmp_path: Path) -> None:
    """It is what PostgreSQL's own tools wait for."""
    _pid_file(tmp_path, 42)
    assert postmaster(tmp_path) == Postmaster(42, Path("/run/socket"), ready=True)
    _pid_file(tmp_path, 42, "starting")
    assert postmaster(tmp_path) == Postmaster(42, Path("/run/socket"), ready=False)


@pytest.mark.parametrize("text", ["", "\n", "no number\n"])
def test_a_torn_pid_file_tells_nothing(tmp_path: Path, text: str) -> None:
    """A crash may leave it empty."""
    (tmp_path / "postmaster.pid").write_text(text)
    assert postmaster(tmp_path) is None


def test_a_pid_that_became_something_else_is_forgotten(tmp_path: Path) -> None:
    """Our own process is certainly no server, though it lives."""
    pid_file = _pid_file(tmp_path, os.getpid())
    assert not serves(os.getpid(), tmp_path)
    forget_stale(tmp_path)
    assert not pid_file.exists()


@pytest.mark.parametrize(("elsewhere", "kept"), [("another", False), ("moved", True)])
def test_a_pid_file_goes_only_if_its_server_surely_serves_another_cluster(
    tmp_path: Path, elsewhere: str, kept: bool
) -> None:
    """A server whose folder was moved under it is the one server that must not get a second beside it."""
    other = tmp_path / elsewhere
    command = ["postgres", "-c", "import sys; sys.stdin.read()", "-D", str(other)]
    with subprocess.Popen(command, executable=sys.executable, stdin=subprocess.PIPE) as server:
        pid_file = _pid_file(tmp_path / "ours", server.pid)
        if elsewhere == "another":
            _pid_file(other, server.pid)
        forget_stale(tmp_path / "ours")
        assert pid_file.exists() is kept
        server.kill()
    assert gone(server.pid)


# The pointer


def test_a_pointer_leads_home(tmp_path: Path) -> None:
    """Where there is none, the folder itself is home."""
    assert pointed_home(tmp_path) is None
    write_pointer(tmp_path, tmp_path / "home")
    with pytest.raises(LostCluster, match=POINTER):
        pointed_home(tmp_path)
    (tmp_path / "home").mkdir()
    assert pointed_home(tmp_path) == tmp_path / "home"


def test_a_pointer_of_a_copy_counts_only_when_the_original_is_gone(tmp_path: Path) -> None:
    """A copy of a checkout is another project; a moved one is the same."""
    original, copy, home = (tmp_path / name for name in ("original", "copy", "home"))
    for folder in (original, copy, home):
        folder.mkdir()
    write_pointer(original, home)
    (copy / POINTER).write_bytes((original / POINTER).read_bytes())
    assert pointed_home(copy) is None
    (original / POINTER).unlink()
    assert pointed_home(copy) == home
