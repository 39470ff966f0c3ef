"""The life of the embedded PostgreSQL, on real servers and real processes that come, go and are killed."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.resources.embedded_users import Project, arguments, gone, project, project_with_database, until

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout() -> Iterator[Project]:
    with project_with_database() as made:
        yield made


@pytest.fixture
def empty() -> Iterator[Project]:
    with project() as made:
        yield made


def ask(url: str, query: str) -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_a_first_user_gets_a_durable_utf8_database_of_its_own(empty: Project) -> None:
    """The default is a real database: durable, UTF-8, checksummed, the database named weir, many connections."""
    url = empty.user().hold()
    assert ask(url, "select current_user || '@' || current_database()") == "weir@weir"
    wanted = {"server_encoding": "UTF8", "fsync": "on", "data_checksums": "on", "max_connections": "200"}
    assert {name: ask(url, f"show {name}") for name in wanted} == wanted
    assert ask(url, "select upper('ä') || lower('Ж')") == "Äж"


def test_it_is_reached_by_its_socket_only(checkout: Project) -> None:
    """Nothing listens on the network, and the socket's folder is closed to everyone but the server's user."""
    url = checkout.user().hold()
    assert ask(url, "show listen_addresses") == ""
    folder = Path(ask(url, "show unix_socket_directories").strip('"'))
    assert folder.stat().st_mode & 0o077 == 0
    assert folder.stat().st_uid == checkout.data.stat().st_uid


def test_what_was_written_is_there_after_a_stop(checkout: Project) -> None:
    """A stop by the last one out keeps everything, and the next one finds the same database at the same URL."""
    first = checkout.user()
    url = first.hold()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept_by_a_stop as select 42 as answer")
    first.end()
    until(checkout.stopped)
    assert ask(checkout.user().hold(), "select answer from kept_by_a_stop") == "42"


def test_two_cold_starts_at_once_both_succeed(empty: Project) -> None:
    """Whoever comes second waits for the first one's server."""
    users = [empty.user() for _ in range(3)]
    for user in users:
        user.ask("hold")
    assert len({user.answer()["url"] for user in users}) == 1
    assert ask(users[0].hold(), "select 1") == "1"


def test_the_last_one_out_stops_the_server(checkout: Project) -> None:
    """It runs while anyone holds it, and leaves neither process nor socket behind."""
    first, second = checkout.holder(), checkout.holder()
    server, socket_folder = checkout.server(), Path(ask(first.hold(), "show unix_socket_directories").strip('"'))
    first.end()
    assert ask(second.hold(), "select 1") == "1"
    second.end()
    until(checkout.stopped)
    assert gone(server)
    assert not socket_folder.exists()


def test_release_is_leaving(checkout: Project) -> None:
    """A process that lets go is no user any more, and becomes one again when it asks again."""
    user = checkout.holder()
    user.do("release")
    until(checkout.stopped)
    assert ask(user.hold(), "select 1") == "1"


def test_a_user_killed_with_9_counts_as_gone(checkout: Project) -> None:
    """A lock ends with its process, however that ends."""
    checkout.holder().end(signal.SIGKILL)
    until(checkout.stopped)


def test_a_user_killed_while_it_starts_the_server_leaves_nothing_running(empty: Project) -> None:
    """The keeper finishes what it began, finds nobody and stops; the next one starts as if nothing had been."""
    user = empty.user()
    user.ask("hold")
    until(lambda: empty.status().kept)
    user.end(signal.SIGKILL)
    until(empty.stopped)
    assert ask(empty.user().hold(), "select 1") == "1"


def test_a_keeper_killed_while_it_makes_the_database_leaves_nothing_half_made(empty: Project) -> None:
    """What the next one finds is no cluster or a complete one."""
    user = empty.user()
    user.ask("hold")
    until(lambda: list(empty.service.folder.glob("new-*/base")))
    empty.kill(next(pid for pid in empty.processes() if "resources.embedded.keeper" in arguments(pid)))
    assert user.answer()["error"] == "NotStarted"
    assert ask(user.hold(), "select 1") == "1"
    user.do("release")
    until(lambda: len(empty.processes()) == 1)
    user.hold()
    assert not list(empty.service.folder.glob("new-*"))


def test_a_server_killed_with_9_comes_back(checkout: Project) -> None:
    """Its keeper starts it again at the same URL, with everything that was committed."""
    user = checkout.user()
    url = user.hold()
    with psycopg.connect(url) as connection:
        connection.execute("create table kept_by_a_crash as select 42 as answer")
    killed = checkout.server()
    checkout.kill(killed)
    assert user.hold() == url
    assert ask(url, "select answer from kept_by_a_crash") == "42"
    assert checkout.server() != killed


def test_a_server_killed_amid_work_comes_back(checkout: Project) -> None:
    """Backends that outlive their server for a moment, with its shared memory, are waited for."""
    user = checkout.user()
    with psycopg.connect(user.hold()) as connection:
        connection.execute("select pg_advisory_lock(1)")
        checkout.kill(checkout.server())
        assert ask(user.hold(), "select 1") == "1"
        connection.close()


def test_a_newcomer_adopts_the_server_of_a_killed_keeper(checkout: Project) -> None:
    """Those who still use that server lose no connection, and the last one out stops it all the same."""
    user = checkout.user()
    with psycopg.connect(user.hold()) as connection:
        server, keeper = checkout.server(), checkout.keeper()
        checkout.kill_keeper()
        newcomer = checkout.holder()
        assert connection.execute("select 1").fetchone() == (1,)
        assert (checkout.server(), checkout.keeper() != keeper) == (server, True)
    user.end()
    newcomer.end()
    until(checkout.stopped)
    assert gone(server)


def test_an_adopted_server_killed_with_9_comes_back(checkout: Project) -> None:
    """A keeper looks after a server that is not its child as after one that is."""
    checkout.holder()
    checkout.kill_keeper()
    newcomer = checkout.holder()
    checkout.kill(checkout.server())
    until(lambda: checkout.status().server)
    assert ask(newcomer.hold(), "select 1") == "1"


def test_a_user_who_asks_again_replaces_a_killed_keeper(checkout: Project) -> None:
    """To hold twice is to hold once, but it mends what broke in between."""
    user = checkout.holder()
    checkout.kill_keeper()
    user.hold()
    assert not gone(checkout.keeper())


def test_keeper_and_server_killed_together_are_replaced(checkout: Project) -> None:
    """What two killed processes leave behind (pid file, socket, published state) is understood as stale."""
    user = checkout.holder()
    server = checkout.server()
    checkout.kill_keeper()
    checkout.kill(server)
    assert ask(user.hold(), "select 1") == "1"


def test_a_terminated_keeper_takes_its_server_along(checkout: Project) -> None:
    """A machine that shuts down, or a person with kill, gets an orderly stop even while somebody holds the lock."""
    user = checkout.holder()
    keeper, server = checkout.keeper(), checkout.server()
    os.kill(keeper, signal.SIGTERM)
    until(lambda: gone(keeper))
    assert gone(server)
    assert ask(user.hold(), "select 1") == "1"


@pytest.mark.parametrize("pid", [1, 2**22 - 1, 0], ids=["of another process", "of no process", "of ourselves"])
def test_a_stale_pid_file_is_no_hindrance(checkout: Project, pid: int) -> None:
    """After a crash of the machine the file names a process that is gone, or by now is something else."""
    user = checkout.holder()
    pid_file = checkout.data / "postmaster.pid"
    text = pid_file.read_text().partition("\n")[2]
    owner = pid_file.stat()
    user.end()
    until(checkout.stopped)
    pid_file.write_text(f"{pid or os.getpid()}\n{text}")
    os.chown(pid_file, owner.st_uid, owner.st_gid)
    assert ask(checkout.user().hold(), "select 1") == "1"


def test_ctrl_c_reaches_neither_keeper_nor_server(checkout: Project) -> None:
    """Keeper and server are in no group and no session of the terminal's."""
    user, other = checkout.holder(), checkout.holder()
    server = checkout.server()
    assert os.getsid(server) == os.getsid(checkout.keeper()) != os.getsid(user.process.pid)
    os.killpg(user.process.pid, signal.SIGINT)
    user.process.communicate()
    assert ask(other.hold(), "select 1") == "1"
    assert checkout.server() == server


def test_signals_ignored_by_inheritance_do_not_keep_it_alive(checkout: Project) -> None:
    """A job in the background of a shell, as CI has them, ignores what would stop it; our server does not."""
    user = checkout.user("sh", "-c", "trap '' INT TERM QUIT HUP; exec \"$@\"", "sh")
    user.hold()
    keeper = checkout.keeper()
    os.kill(keeper, signal.SIGTERM)
    until(lambda: gone(keeper))


def test_a_child_of_a_user_does_not_hold_for_it(checkout: Project) -> None:
    """The lock's descriptor is not inherited across exec: a sleeping child does not keep a server up."""
    user = checkout.holder()
    child = user.do("child")["pid"]
    user.end()
    until(checkout.stopped)
    assert not gone(child)
    checkout.kill(child)


def test_our_environment_stays_with_us(checkout: Project) -> None:
    """Keeper and server live long and are seen by others: no key reaches them, and no PG variable steers anyone."""
    variables = os.environ | {"OPENAI_API_KEY": "secret", "PGPORT": "1", "PGDATA": "/nowhere", "PGHOST": "nowhere"}
    url = checkout.user(env=variables).hold()
    for pid in (checkout.keeper(), checkout.server()):
        assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert "port=5432" in url


def test_a_deleted_folder_ends_its_server_and_a_new_one_begins(checkout: Project) -> None:
    """Whoever deletes `.data` begins again at once; the server of the deleted folder ends with its users."""
    user = checkout.user()
    old = user.hold()
    keeper, server = checkout.keeper(), checkout.server()
    (checkout.root / ".data").rename(checkout.root / "deleted")
    new = checkout.user().hold()
    assert new != old
    assert ask(new, "select 1") == "1"
    user.end()
    until(lambda: gone(keeper) and gone(server))
    assert ask(new, "select 1") == "1"
