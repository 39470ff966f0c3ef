"""The sandbox as tests use it: the real server as a process of its own, and the real SDKs as its clients."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

SMALL = "sandbox-rules-small"
LARGE = "sandbox-rules-large"
EMBEDDER = "sandbox-hashed-embedding"
DOCUMENT = "<document>\nSupplier: Aldgate Tools\nQuote number: Q-1184\n</document>"
ASKED = [{"role": "user", "content": DOCUMENT}]
# One allowed value a property: what the answer must be, however well or badly the sandbox reads documents.
FIXED = {f"field_{number}": f"fixed value of field {number}, long enough to be cut" for number in range(6)}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string", "enum": [value]} for name, value in FIXED.items()},
    "required": list(FIXED),
    "additionalProperties": False,
}
RESPONSE_FORMAT: Any = {"type": "json_schema", "json_schema": {"name": "record", "strict": True, "schema": SCHEMA}}
OUTPUT_CONFIG: Any = {"format": {"type": "json_schema", "schema": SCHEMA}}
FUNCTION: Any = {"type": "function", "function": {"name": "record", "strict": True, "parameters": SCHEMA}}
TOOL: Any = {"name": "record", "strict": True, "input_schema": SCHEMA}
_START_S = 20.0


@dataclass(frozen=True, slots=True)
class Served:
    """A running sandbox: its process and its doors."""

    url: str
    process: subprocess.Popen[bytes]
    http: httpx2.Client

    def fault(self, kind: str, **rule: Any) -> httpx2.Response:
        """Put one rule in force."""
        answer = self.http.post("/faults", json={"kind": kind, **rule})
        assert answer.status_code == 201, answer.text
        return answer

    def get(self, path: str) -> Any:
        """What a door of the admin's says."""
        return self.http.get(path).json()

    def requests(self) -> list[dict[str, Any]]:
        """The journal, oldest first."""
        entries: list[dict[str, Any]] = self.get("/requests")["requests"]
        return entries

    def clear(self) -> None:
        """No faults, no journal, the first seed."""
        self.http.put("/faults", json={"rules": [], "seed": 7}).raise_for_status()
        self.http.delete("/requests").raise_for_status()

    def openai(self, timeout: float = 5.0) -> OpenAI:
        """OpenAI's own client; to be closed."""
        return OpenAI(api_key="made-up", base_url=f"{self.url}/v1", max_retries=0, timeout=timeout)

    def openai_async(self, timeout: float = 5.0) -> AsyncOpenAI:
        """OpenAI's own asynchronous client; to be closed."""
        return AsyncOpenAI(api_key="made-up", base_url=f"{self.url}/v1", max_retries=0, timeout=timeout)

    def anthropic(self, prefix: str = "", timeout: float = 5.0) -> Anthropic:
        """Anthropic's own client; to be closed."""
        return Anthropic(api_key="made-up", base_url=self.url + prefix, max_retries=0, timeout=timeout)

    def anthropic_async(self, timeout: float = 5.0) -> AsyncAnthropic:
        """Anthropic's own asynchronous client; to be closed."""
        return AsyncAnthropic(api_key="made-up", base_url=self.url, max_retries=0, timeout=timeout)

    def connect(self, timeout: float = 5.0) -> socket.socket:
        """A bare connection."""
        address = urlsplit(self.url)
        return socket.create_connection((address.hostname, address.port or 0), timeout)

    def raw(self, request: bytes) -> bytes:
        """All that comes back for these bytes until the connection ends."""
        with closing(self.connect()) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65_536), b""))


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[Served]:
    """A sandbox until the block ends."""
    place = folder / "announced.json"
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--announce", str(place), *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            url = _announced(place, process)
            with httpx2.Client(base_url=url, timeout=5.0) as http:
                yield Served(url, process, http)
        finally:
            process.terminate()
            process.wait(10)
            place.unlink(missing_ok=True)


def _announced(place: Path, process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + _START_S
    while not place.exists():
        assert process.poll() is None, "the sandbox ended before it listened"
        assert time.monotonic() < until, "the sandbox does not listen"
        time.sleep(0.01)
    return str(json.loads(place.read_text(encoding="utf-8"))["url"])


def post(path: str, body: Any) -> bytes:
    """A request as bytes, after which the connection ends."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


def chat(model: str = SMALL, **more: Any) -> dict[str, Any]:
    """The body of a chat completion in the strict schema."""
    return {"model": model, "messages": ASKED, "response_format": RESPONSE_FORMAT, **more}


def message(model: str = SMALL, **more: Any) -> dict[str, Any]:
    """The body of a message in the strict schema."""
    return {"model": model, "messages": ASKED, "max_tokens": 500, "output_config": OUTPUT_CONFIG, **more}
