"""Those who are told, on loopback: a webhook's receiver and a mail server, which take, refuse or hang as asked."""

import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What a webhook was posted: keys and texts, in order."""

    url: str = ""
    status: int = 200
    drips: bool = False  # it answers a byte a moment, without end
    posts: list[tuple[str, str]] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.posts]


@contextmanager
def a_receiver(path: str = "/services/T000/very-secret-path") -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            receiver.posts.append((self.headers["idempotency-key"], body["text"]))
            if receiver.drips:
                self._drip()
                return
            self.send_response(receiver.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def _drip(self) -> None:
            while not receiver.may_go_on.wait(0.02):
                self.wfile.write(b"x")

        def log_message(self, *args: Any) -> None:
            """Silence: tests speak for themselves."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}{path}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.may_go_on.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    """What a mail server took, and the words it was told to refuse with."""

    port: int = 0
    refuses: bytes = b""  # its answer to a message, such as 451 try later
    refuses_recipient: str = ""
    silent: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    may_go_on: threading.Event = field(default_factory=threading.Event)


class _Session(socketserver.StreamRequestHandler):
    """SMTP, as much of it as a sender needs."""

    server: "_MailServer"

    def handle(self) -> None:
        if self.server.mailbox.silent:
            self.server.mailbox.may_go_on.wait(30)
            return
        self._say(b"220 a mail server of the tests")
        while line := self.rfile.readline():
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"QUIT":
                self._say(b"221 goodbye")
                return
            self._obey(verb, line)

    def _obey(self, verb: bytes, line: bytes) -> None:
        unknown = self.server.mailbox.refuses_recipient.encode()
        if verb == b"DATA":
            self._say(b"354 go on")
            self._take()
        elif verb == b"RCPT" and unknown and unknown in line:
            self._say(b"550 nobody of that name")
        else:
            self._say(b"250 fine")

    def _take(self) -> None:
        lines, mailbox = [], self.server.mailbox
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if not mailbox.refuses:
            mail = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            mailbox.mails.append(mail)
        self._say(mailbox.refuses or b"250 taken")

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


class _MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self.mailbox = Mailbox()
        super().__init__(("127.0.0.1", 0), _Session)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who does not trust this server hangs up: nothing to print."""


@contextmanager
def a_mailbox(tls: ssl.SSLContext | None = None) -> Iterator[Mailbox]:
    """With `tls`, TLS from the first byte."""
    server = _MailServer(tls)
    server.mailbox.port = int(server.server_address[1])
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server.mailbox
    finally:
        server.mailbox.may_go_on.set()
        server.shutdown()
        server.server_close()
