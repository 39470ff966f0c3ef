"""Dagster's daemon, begun only when its code locations answer.

A daemon that comes up first, as after a restart of the machine, finds no assets: it fails backfills for good, and
forgets the retries of runs that died.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._grpc.client import DagsterGrpcClient
from dagster._serdes import deserialize_value
from dagster_shared.error import SerializableErrorInfo

from resources.environment import ROOT
from resources.logs import is_json, say

EVERY_S = 1.0


def daemon(workspace: str | None) -> int:
    """Becomes the daemon; it does not return."""
    file = Path(workspace) if workspace else ROOT / "workspace.yaml"
    wait_for(lambda: _silent(file), say, time.sleep)
    command = [sys.executable, "-m", "dagster._daemon", "run", "-w", str(file)]
    os.execv(sys.executable, command + (["--log-format", "json"] if is_json() else []))  # noqa: S606 - our own


def wait_for(silent: Callable[[], list[str]], tell: Callable[[str], None], sleep: Callable[[float], None]) -> None:
    """Until everybody answers, however long: who looks after the process sees by its probe that it does not run yet."""
    told: list[str] = []
    while missing := silent():
        if missing != told:
            tell(f"the daemon waits for the code location at {', '.join(missing)}")
            told = missing
        sleep(EVERY_S)


def _silent(workspace: Path) -> list[str]:
    """The code servers that do not serve their definitions yet; modules are loaded by the daemon itself."""
    return [_name(server) for server in _servers(workspace) if not _serves(server)]


def _servers(workspace: Path) -> Iterator[Mapping[str, Any]]:
    for each in (yaml.safe_load(workspace.read_text(encoding="utf-8")) or {}).get("load_from", []):
        if "grpc_server" in each:
            yield each["grpc_server"]


def _name(server: Mapping[str, Any]) -> str:
    return str(server.get("socket") or f"{server.get('host', 'localhost')}:{server.get('port')}")


def _serves(server: Mapping[str, Any]) -> bool:
    client = DagsterGrpcClient(server.get("port"), server.get("socket"), server.get("host", "localhost"))
    with suppress(DagsterUserCodeUnreachableError):
        return not isinstance(deserialize_value(client.list_repositories()), SerializableErrorInfo)
    return False
