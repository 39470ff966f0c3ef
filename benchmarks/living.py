"""Code location, daemon and webserver as processes of their own, as a deployment has them; each can be killed alone."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from resources.environment import ROOT

QUICK: dict[str, dict[str, Any]] = {  # the shipped settings, with the daemon's patience cut to the tests'
    "run_monitoring": {"poll_interval_seconds": 2, "free_slots_after_run_end_seconds": 1, "start_timeout_seconds": 60},
    "run_coordinator": {"config": {"user_code_failure_retry_delay": 2}},
}
BACKFILL = """
mutation ($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) { ... on LaunchBackfillSuccess { backfillId } }
}
"""


@dataclass
class Living:
    """A Weir that runs; `start` and `kill` take the names of its parts."""

    folder: Path
    variables: Mapping[str, str]
    code_port: int
    ui_port: int
    parts: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.parts[name] = subprocess.Popen(
                    self._command(name), env=self.variables, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
                )

    def _command(self, name: str) -> list[str]:
        workspace = str(self.folder / "home" / "workspace.yaml")
        code = ["dagster", "api", "grpc", "-m", "pipeline_defs.definitions", "-h", "127.0.0.1"]
        commands = {
            "code": [*code, "-p", str(self.code_port), "--location-name", "pipeline_defs.definitions"],
            "daemon": ["pipeline_defs", "daemon", "-w", workspace],
            "webserver": ["dagster_webserver", "-h", "127.0.0.1", "-p", str(self.ui_port), "-w", workspace],
        }
        return [sys.executable, "-m", *commands[name]]

    def kill(self, *names: str) -> None:
        """SIGKILL to the process alone: what it started lives on, as after a real crash of it."""
        for name in names:
            process = self.parts.pop(name)
            process.kill()
            process.wait()

    def end(self) -> None:
        for process in self.parts.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.parts.clear()

    def logs(self) -> str:
        return "\n".join(f"--- {each.name}\n{each.read_text()[-4000:]}" for each in sorted(self.folder.glob("*.log")))

    def ask(self, query: str, **variables: Any) -> Any:
        """GraphQL, as the UI asks it."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        url = f"http://127.0.0.1:{self.ui_port}/graphql"
        request = urllib.request.Request(url, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own http URL
            told = json.load(answer)
        assert "errors" not in told, told["errors"]
        return told["data"]

    def backfill(self, assets: Sequence[str], partitions: Sequence[str]) -> str:
        """What a person starts by choosing partitions on an asset's page."""
        chosen = {"assetSelection": [{"path": [each]} for each in assets], "partitionNames": list(partitions)}
        told = self.ask(BACKFILL, params=chosen)["launchPartitionBackfill"]
        return str(told["backfillId"])

    def serves(self) -> bool:
        """Whether the UI answers and knows the code location."""
        with suppress(OSError, AssertionError, KeyError):
            found = self.ask("{ repositoriesOrError { ... on RepositoryConnection { nodes { name } } } }")
            return bool(found["repositoriesOrError"].get("nodes"))
        return False

    def until(self, done: Callable[[], bool], limit_s: float = 240) -> None:
        deadline = time.monotonic() + limit_s
        while not done():
            assert time.monotonic() < deadline, f"it took too long\n{self.logs()}"
            time.sleep(0.2)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def living(
    folder: Path, variables: Mapping[str, str], quick: Mapping[str, Mapping[str, Any]] = QUICK
) -> Iterator[Living]:
    """A home of its own with the shipped dagster.yaml, made quick; nothing is started yet, all is killed at the end."""
    home, port = folder / "home", free_port()
    home.mkdir()
    settings = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    for name, changed in quick.items():
        settings[name] = _merged(settings[name], changed)
    (home / "dagster.yaml").write_text(yaml.safe_dump(settings))
    server = {"host": "127.0.0.1", "port": port, "location_name": "pipeline_defs.definitions"}
    (home / "workspace.yaml").write_text(yaml.safe_dump({"load_from": [{"grpc_server": server}]}))
    alive = Living(folder, {**variables, "DAGSTER_HOME": str(home)}, port, free_port())
    try:
        yield alive
    finally:
        alive.end()


def _merged(settings: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    inner = {name: _merged(settings[name], each) for name, each in changed.items() if isinstance(each, dict)}
    return {**settings, **changed, **inner}


def instance_of(alive: Living) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(alive.folder / "home"))


def own_variables(folder: Path, database_url: str) -> dict[str, str]:
    """Everything in one folder, answered by the sandbox."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    places = {"LAKE_URI": "lake", "INBOX_URI": "inbox", "DELIVERY_URL": "delivered"}
    return {**kept, "DATABASE_URL": database_url, **{name: str(folder / at) for name, at in places.items()}}


def cpu_s(pid: int) -> tuple[float, float]:
    """CPU seconds of a process, and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = [int(field) / os.sysconf("SC_CLK_TCK") for field in fields[11:15]]
    return sum(ticks[:2]), sum(ticks[2:])
