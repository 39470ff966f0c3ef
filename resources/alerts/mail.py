"""E-mail by SMTP: one mail a message, whose Message-ID is the message's, so that a second copy is known."""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import SplitResult, unquote, urlsplit

from resources.alerts.channels import PATIENCE_S, within
from resources.alerts.errors import NotDelivered, UnusableChannel
from resources.alerts.text import plain, short, subject
from resources.ledger.alerts import Message
from resources.sink.address import is_loopback

LONGEST = 50_000  # characters
PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """SMTP_URL: `smtp://` speaks TLS as soon as the server offers it, `smtps://` from the first byte."""

    host: str
    port: int
    from_the_start: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def read(cls, url: str) -> "MailServer":
        parts = _split(url)
        if parts is None or parts.scheme not in PORTS or not parts.hostname:
            remedy = "Write it as smtp://user:password@host:587 or smtps://host:465."
            raise UnusableChannel("SMTP_URL", "it names no mail server", remedy)
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            parts.scheme == "smtps",
            unquote(parts.username or ""),
            unquote(parts.password or ""),
        )

    @property
    def shown(self) -> str:
        return f"mail server {self.host}:{self.port}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


class MailChannel:
    name = "mail"

    def __init__(
        self, server: MailServer, sender: Address, recipients: Sequence[Address], patience_s: float = PATIENCE_S
    ) -> None:
        self._server = server
        self._sender = sender
        self._recipients = recipients
        self._patience_s = patience_s

    @classmethod
    def read(cls, server: str, recipients: str, sender: str) -> "MailChannel":
        to = [_address("ALERT_EMAIL_TO", each.strip()) for each in recipients.split(",") if each.strip()]
        return cls(
            MailServer.read(server),
            _address("ALERT_EMAIL_FROM", sender or f"weir@{socket.getfqdn()}"),
            to,
        )

    def send(self, message: Message) -> str | None:
        return within(self._patience_s, self._server.shown, lambda: self._deliver(message))

    def _deliver(self, message: Message) -> str | None:
        mail = self._mail(message)
        try:
            with self._connected() as connection:
                refused = connection.send_message(mail)
        except smtplib.SMTPResponseException as problem:
            raise NotDelivered(self._server.shown, self._words(problem)) from None
        except (smtplib.SMTPException, OSError) as problem:
            raise NotDelivered(self._server.shown, self._clean(f"{type(problem).__name__}: {problem}")) from None
        return self._clean(f"not taken for {', '.join(refused)}") if refused else None

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        if server.from_the_start:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._patience_s, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._patience_s)
        try:
            self._introduce(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        connection.ehlo()
        if not self._server.from_the_start:
            self._speak_tls(connection, context)
        if self._server.user:
            connection.login(self._server.user, self._server.password)

    def _speak_tls(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif self._server.user and not is_loopback(self._server.host):
            raise NotDelivered(self._server.shown, "it offers no TLS, and a password must not travel in the clear")

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = short(subject(message), 200)
        mail["From"] = self._sender
        mail["To"] = self._recipients
        mail["Message-ID"] = f"<{message.message_id}@{self._sender.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(plain(message, LONGEST))
        return mail

    def _words(self, problem: smtplib.SMTPResponseException) -> str:
        said = problem.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return self._clean(f"it answered {problem.smtp_code}: {text}")

    def _clean(self, text: str) -> str:
        return short(text.replace(self._server.password, "***") if self._server.password else text, 200)


def _address(variable: str, given: str) -> Address:
    try:
        address = Address(addr_spec=given)
    except (ValueError, IndexError) as problem:
        raise UnusableChannel(variable, f"{given!r} is no address", "Write it as ops@example.com.") from problem
    if not address.domain:
        raise UnusableChannel(variable, f"{given!r} is no address", "Write it as ops@example.com.")
    return address
