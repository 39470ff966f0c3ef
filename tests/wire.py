"""A wire to a server, in the test's hands: it can be cut in the middle of a word, and held still."""

import select
import socket
import threading
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit


class Wire:
    """Forwards bytes between whoever connects to `url` and the real server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 5672)
        self._server = socket.create_server(("127.0.0.1", 0))
        user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
        host = f"{user}127.0.0.1:{self._server.getsockname()[1]}"
        self.url = parts._replace(netloc=host, query="").geturl()
        self._left: int | None = None
        self._flowing = threading.Event()
        self._flowing.set()
        self._refusing = False
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Wire":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, _: type | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._flowing.set()
        self._server.close()

    def cut_after_bytes(self, count: int) -> None:
        """The next connection, or the present one, ends after so many more bytes to the server. Once."""
        self._left = count

    def hold_answers(self) -> None:
        self._flowing.clear()

    def let_go(self) -> None:
        self._flowing.set()

    def refuse(self) -> None:
        """As a server that is gone: what is connected ends, who comes is sent away."""
        self._refusing = True
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept_again(self) -> None:
        self._refusing = False

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            if self._refusing:
                near.close()
                continue
            self._open.append(near)
            threading.Thread(target=self._forward, args=(near,), daemon=True).start()

    def _forward(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._target) as far:
            while True:
                for end in select.select([near, far], [], [])[0]:
                    if not self._pass_on(near, far, from_near=end is near):
                        return

    def _pass_on(self, near: socket.socket, far: socket.socket, *, from_near: bool) -> bool:
        try:
            content = (near if from_near else far).recv(65_536)
            if not from_near:
                self._flowing.wait()
            elif self._left is not None and len(content) >= self._left:
                content, self._left = content[: self._left], None
                far.sendall(content)
                return False
            elif self._left is not None:
                self._left -= len(content)
            (far if from_near else near).sendall(content)
        except OSError:
            return False
        return bool(content)
