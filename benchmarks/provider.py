"""The provider of a benchmark is the sandbox, as a process of its own: told what to do to whom, asked what it saw."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx2

from resources.environment import ROOT

Rule = dict[str, Any]
_START_S = 30.0
# Model names of the benchmark's own are answered by the rules of a listed model, and come back as asked.
SERVE_ALL: Rule = {"kind": "serve", "name": "serve-all", "model": "*-model-*", "as": "sandbox-rules-large"}


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as the provider saw it; times are real seconds since the journal began."""

    at_s: float
    took_s: float
    path: str
    model: str
    outcome: str
    status: int | None
    stream: bool
    client_left: bool
    input_tokens: int
    output_tokens: int

    @property
    def was_answered(self) -> bool:
        return self.status == 200

    @property
    def back_at_s(self) -> float:
        return self.at_s + self.took_s


class Provider:
    """The doors of a running sandbox; a path's first part plays one provider, `/east/v1/chat/completions`."""

    def __init__(self, url: str, http: httpx2.Client) -> None:
        self.url = url
        self._http = http

    def at(self, place: str, wire: str = "openai") -> str:
        """The base URL of one of the providers it plays."""
        return f"{self.url}/{place}/v1" if wire == "openai" else f"{self.url}/{place}"

    def strike(self, rules: Sequence[Rule]) -> None:
        """These rules and no others, from now on; the journal begins anew."""
        self._http.put("/faults", json={"rules": [SERVE_ALL, *rules], "seed": 7}).raise_for_status()
        self._http.delete("/requests").raise_for_status()

    def also(self, rules: Sequence[Rule]) -> None:
        """These rules too."""
        self._http.post("/faults", json={"rules": list(rules)}).raise_for_status()

    def seen(self, *places: str) -> list[Seen]:
        """What came to these providers, or to all, oldest first."""
        entries = self._http.get("/requests").json()["requests"]
        wanted = [f"/{place}/*" for place in places] or ["*"]
        return [_seen(entry) for entry in entries if any(fnmatchcase(entry["path"], each) for each in wanted)]

    def open_now(self) -> int:
        """Requests it has not answered yet."""
        return int(self._http.get("/stats").json()["open"])


def _seen(entry: dict[str, Any]) -> Seen:
    names = ("at_s", "path", "model", "outcome", "status", "stream", "client_left", "input_tokens", "output_tokens")
    return Seen(took_s=entry["took_s"] or 0.0, **{name: entry[name] for name in names})


@contextmanager
def running() -> Iterator[Provider]:
    """A sandbox until the block ends."""
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        place = Path(folder) / "announced.json"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--announce", str(place)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            try:
                url = _announced(place, process)
                with httpx2.Client(base_url=url, timeout=30.0) as http:
                    yield Provider(url, http)
            finally:
                process.terminate()
                process.wait(10)


def _announced(place: Path, process: subprocess.Popen[bytes]) -> str:
    until = monotonic() + _START_S
    while not place.exists():
        if process.poll() is not None or monotonic() > until:
            sys.exit("the sandbox of the benchmark does not listen")
        sleep(0.02)
    return str(json.loads(place.read_text(encoding="utf-8"))["url"])
