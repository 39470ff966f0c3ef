"""A line to a broker that can be cut at the moment its next answer arrives: the confirm is lost on the way."""

import socket
import threading
from contextlib import suppress
from typing import Any


class CutLine:
    """Listens on a port of its own and passes on what it hears, until it is told to cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._cut = threading.Event()
        self.cuts = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._server.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next_answer(self) -> None:
        self._cut.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                broker = socket.create_connection(self._target)
                for ends, answers in (((client, broker), False), ((broker, client), True)):
                    threading.Thread(target=self._pass_on, args=(*ends, answers), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if answers and self._cut.is_set():
                    self._cut.clear()
                    self.cuts += 1
                    break
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def __enter__(self) -> "CutLine":
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.close()
