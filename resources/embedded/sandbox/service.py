"""The sandbox for those who need it: a folder, and a health page to ask for."""

import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from resources.embedded.folder import state_folder

_ASK = b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Sandbox:
    folder: Path
    name: str = "The sandbox"

    @classmethod
    def of(cls, root: Path) -> "Sandbox":
        return cls(state_folder(root, "sandbox"))

    def arguments(self) -> list[str]:
        return ["sandbox", str(self.folder)]

    def answers(self, url: str) -> bool:
        return healthy(url)


def healthy(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=2.0) as connection:
            connection.sendall(_ASK)
            return b" 200" in connection.recv(64)
    except OSError:
        return False
