"""The sandbox under its keeper: it takes a free port, announces it, and keeps it when started again."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from signal import SIGKILL, SIGTERM, Signals
from typing import IO
from urllib.parse import urlsplit

from resources.embedded.keeper.processes import alive, command_line
from resources.embedded.sandbox.service import healthy
from resources.embedded.service import Running


class SandboxServer:
    name = "The sandbox"
    stop_signals: Sequence[Signals] = (SIGTERM, SIGKILL)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._announcement = folder / "announcement.json"

    @classmethod
    def told(cls, folder: str) -> "SandboxServer":
        return cls(Path(folder))

    def prepare(self) -> None:
        """It needs nothing but its folder."""

    def survivor(self) -> Running | None:
        found = self._announced()
        if found is None or not alive(found.pid) or str(self._announcement) not in command_line(found.pid):
            return None
        return found if healthy(found.url) else None

    def launch(self, log: IO[bytes], previous: str | None) -> subprocess.Popen[bytes]:
        self._announcement.unlink(missing_ok=True)
        port = urlsplit(previous).port if previous else 0
        arguments = ["--port", str(port), "--announce", str(self._announcement)]
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "sandbox", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
        )

    def ready(self, pid: int) -> str | None:
        found = self._announced()
        return found.url if found and found.pid == pid else None

    def passes(self, said: str) -> bool:
        """Somebody else may have taken our port in between; the next start takes another."""
        return "address already in use" in said.lower()

    def clear(self) -> None:
        self._announcement.unlink(missing_ok=True)

    def _announced(self) -> Running | None:
        try:
            told = json.loads(self._announcement.read_text(encoding="utf-8"))
            return Running(told["pid"], told["url"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
