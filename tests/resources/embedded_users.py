"""Users of a local service as the tests need them: real processes that hold it, on a project of their own."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from resources.embedded.postgres.service import Postgres
from resources.embedded.reporting import Status, report
from resources.embedded.sandbox.service import Sandbox
from resources.embedded.service import Service

CODE = Path(__file__).resolve().parents[2]
PACKAGES = os.pathsep.join(filter(None, [str(CODE), os.environ.get("PYTHONPATH")]))
AS_ROOT = os.geteuid() == 0
_PROGRAM = """
import json, subprocess, sys
from functools import cache
from pathlib import Path
from resources.embedded import LocalServiceError, hold_postgres, hold_sandbox, release

kind, root, system_home = sys.argv[1:]

def hold():
    try:
        return {"url": hold_postgres(Path(root), Path(system_home)) if kind == "postgres" else hold_sandbox(Path(root))}
    except LocalServiceError as error:
        return {"error": type(error).__name__, "sentence": str(error)}

def child():
    return {"pid": subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL).pid}

def let_go():
    release()
    return {}

commands = {"hold": hold, "child": child, "release": let_go}
for line in sys.stdin:
    print(json.dumps(commands[line.strip()]()), flush=True)
"""


def until(condition: Callable[[], object], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "what the test waits for did not happen"
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Whether a process has ended (one that waits to be collected has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


class User:
    """A process in a group of its own, as a terminal would start it."""

    def __init__(self, kind: str, root: Path, system_home: Path, prefix: tuple[str, ...], **options: Any) -> None:
        python = options.pop("python", sys.executable)
        self.process = subprocess.Popen(
            [*prefix, python, "-c", _PROGRAM, kind, str(root), str(system_home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            process_group=0,
            **({"cwd": "/", "env": os.environ | {"PYTHONPATH": PACKAGES}} | options),
        )

    def ask(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told

    def do(self, command: str) -> dict[str, Any]:
        self.ask(command)
        return self.answer()

    def hold(self) -> str:
        return str(self.do("hold")["url"])

    def end(self, number: signal.Signals | None = None) -> None:
        """Leave by itself, or by a signal."""
        if number is not None:
            self.process.send_signal(number)
        self.process.communicate()


@dataclass
class Project:
    """A project whose service is looked at from outside."""

    root: Path
    system_home: Path
    kind: str = "postgres"
    users: list[User] = field(default_factory=list)

    def user(self, *prefix: str, **options: Any) -> User:
        self.users.append(User(self.kind, self.root, self.system_home, prefix, **options))
        return self.users[-1]

    def holder(self) -> User:
        user = self.user()
        user.hold()
        return user

    @property
    def service(self) -> Service:
        return Postgres.of(self.root, self.system_home) if self.kind == "postgres" else Sandbox.of(self.root)

    @property
    def data(self) -> Path:
        return self.service.folder / "data"

    def status(self) -> Status:
        return report(self.service)

    def borrow(self, data: Path) -> None:
        self.service.folder.mkdir(parents=True)
        data.rename(self.data)

    def give_back(self, data: Path) -> None:
        if self.data.exists():
            self.data.rename(data)

    def server(self) -> int:
        pid = self.status().server
        assert pid is not None
        return pid

    def keeper(self) -> int:
        pid = self.status().keeper
        assert pid is not None
        return pid

    def kill(self, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        until(lambda: gone(pid))

    def kill_keeper(self) -> None:
        """Wait for its lock too: a process with threads may be seen as ended before the last one let go of it."""
        self.kill(self.keeper())
        until(self.stopped)

    def stopped(self) -> bool:
        return not self.status().kept

    def close(self) -> None:
        for user in self.users:
            user.end(signal.SIGKILL)
        try:
            until(lambda: self.stopped() and not self.processes())
        finally:
            for pid in self.processes():
                self.kill(pid)

    def processes(self) -> list[int]:
        """All that runs for this project."""
        running = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
        return [pid for pid in running if str(self.root) in arguments(pid) and not gone(pid) and pid != os.getpid()]


def arguments(pid: int) -> str:
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes())
    except OSError:
        return ""


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that other users can reach, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="weir-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@cache
def _lent() -> Path:
    """Where a stopped cluster waits to be lent."""
    lasting = ExitStack()
    atexit.register(lasting.close)
    return lasting.enter_context(open_folder()) / "data"


@contextmanager
def project_with_database() -> Iterator[Project]:
    """Lends one cluster to one test after the other: most are not about making one, which takes longest."""
    lent = _lent()
    with project() as made:
        if lent.exists():
            made.borrow(lent)
        else:
            made.holder().end()
            until(made.stopped)
        yield made
        made.close()
        made.give_back(lent)


@contextmanager
def project(kind: str = "postgres", name: str = "checkout") -> Iterator[Project]:
    with open_folder() as folder:
        root = folder / name
        root.mkdir(parents=True)
        made = Project(root, folder / "system" / "weir", kind)
        try:
            yield made
        finally:
            made.close()
