"""One connection of a client: bytes in, moves out, so that every fault of the wire is in our hands."""

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from typing import cast

import httptools

from sandbox.exchange import Close, Hold, Moves, Pause, Request, Reset, Send, whole

Answer = Callable[[Request], tuple[Moves, Callable[[bool], None]]]
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_BAD_REQUEST = whole(400, (("connection", "close"),), b'{"error":{"message":"This is no HTTP request."}}')
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Connection(asyncio.Protocol):
    """Reads requests one after the other and performs the moves that answer them."""

    def __init__(self, answer: Answer, open_connections: "set[Connection]") -> None:
        self._answer = answer
        self._open = open_connections
        self._waiting: deque[Request] = deque()
        self._task: asyncio.Task[None] | None = None
        self._begin()

    def _begin(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._forget()

    def _forget(self) -> None:
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client connected."""
        self._transport = cast(asyncio.Transport, transport)
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client, or we, ended it."""
        self._open.discard(self)
        if self._task is not None:
            self._task.cancel()

    def data_received(self, data: bytes) -> None:
        """Bytes came; nothing that is no HTTP gets further."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.write(_BAD_REQUEST)
            self._transport.close()
            return
        # Not in the parser's callback: it would tell a mistake of ours as one of the client's.
        if self._task is None:
            self._next()

    def on_url(self, url: bytes) -> None:
        """A part of the URL."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """All headers are there; a cautious client asks whether it may go on."""
        if self._headers.get("expect", "").lower() == "100-continue":
            self._transport.write(_CONTINUE)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """A request is whole."""
        self._waiting.append(self._request())
        self._forget()

    def _request(self) -> Request:
        path, _, query = self._url.decode("latin-1").partition("?")
        return Request(
            method=self._parser.get_method().decode(),
            path=path,
            query=query,
            headers=self._headers,
            body=b"".join(self._body),
            keep_alive=self._parser.should_keep_alive(),
        )

    def _next(self) -> None:
        """Answer the next request: at once, if nothing has to be waited for."""
        self._task = None
        while self._waiting and not self._transport.is_closing():
            request = self._waiting.popleft()
            moves, done = self._answer(request)
            if any(isinstance(move, Pause | Hold) for move in moves):
                self._task = asyncio.get_running_loop().create_task(self._perform_slowly(moves, done, request))
                return
            for move in moves:
                self._perform(move)
            self._finish(request, done)

    async def _perform_slowly(self, moves: Moves, done: Callable[[bool], None], request: Request) -> None:
        try:
            for move in moves:
                if isinstance(move, Pause):
                    await asyncio.sleep(move.seconds)
                elif isinstance(move, Hold):
                    await asyncio.Event().wait()
                else:
                    self._perform(move)
        except asyncio.CancelledError:
            done(True)
            raise
        self._finish(request, done)
        self._next()

    def _finish(self, request: Request, done: Callable[[bool], None]) -> None:
        done(False)
        if not request.keep_alive:
            self._transport.close()

    def _perform(self, move: object) -> None:
        if isinstance(move, Send):
            self._transport.write(move.data)
        elif isinstance(move, Close):
            self._transport.close()
        elif isinstance(move, Reset):
            self._reset()

    def _reset(self) -> None:
        """Leave without a goodbye: what is unsent is dropped and the client sees a reset."""
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._transport.abort()

    def abort(self) -> None:
        """End it now."""
        self._transport.abort()
