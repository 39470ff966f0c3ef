"""Messages reach those who listen, at least once and known by an id, whatever the other side does."""

import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from resources.alerts import AlertError, Sighting, deliver, note, open_channels
from resources.alerts.mail import MailChannel
from resources.alerts.settings import ui_url
from resources.alerts.webhook import WebhookChannel
from resources.ledger import Ledger
from resources.sink.address import read_address
from tests.listeners import Mailbox, Receiver, a_mailbox, a_receiver

SEEN = Sighting(
    "check rate", "error", datetime(2026, 11, 20, tzinfo=UTC), "deals", "team:sales", "2026-11-19|deals",
    "rate of extractions", "4 of 9", "Look.", "http://127.0.0.1:3000/x",
)  # fmt: skip


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as opened:
        yield opened


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with a_mailbox() as opened:
        yield opened


def mail_to(mailbox: Mailbox, **more: str) -> dict[str, str]:
    return {"SMTP_URL": f"smtp://127.0.0.1:{mailbox.port}", "ALERT_EMAIL_TO": "ops@example.com", **more}


def fail(ledger: Ledger, *channels: str, sighting: Sighting = SEEN) -> None:
    note(ledger, "checks", 1, [sighting], channels)


def make_due(ledger: Ledger) -> None:
    with ledger._connections.connection() as connection:
        connection.execute("update alert_messages set next_attempt_at = now()")


def test_without_settings_the_log_is_told(ledger: Ledger) -> None:
    told: list[str] = []
    channels = open_channels(told.append, {})
    fail(ledger, *(each.name for each in channels))
    assert deliver(ledger, channels, told.append) == 1
    assert told[0].startswith("[ERROR] deals: 1 failed (team:sales)")


def test_webhook_and_mail_hear_of_it_once(ledger: Ledger, receiver: Receiver, mailbox: Mailbox) -> None:
    """Each under an id by which a second copy is known."""
    channels = open_channels(lambda _: None, {"ALERT_WEBHOOK_URL": receiver.url, **mail_to(mailbox)})
    fail(ledger, *(each.name for each in channels))
    assert deliver(ledger, channels, lambda _: None) == 3
    assert deliver(ledger, channels, lambda _: None) == 0
    [(key, text)] = receiver.posts
    assert key in text
    [mail] = mailbox.mails
    assert mail["subject"] == "[ERROR] deals: 1 failed (team:sales)"
    assert mail["to"] == "ops@example.com"
    assert "Look." in mail.get_content()
    assert re.fullmatch(r"<[0-9a-f-]{36}@.+>", mail["message-id"])


def test_a_receiver_in_trouble_is_told_later_and_the_others_now(
    ledger: Ledger, receiver: Receiver, mailbox: Mailbox
) -> None:
    """500 loses nothing: the same message, under the same key, when it is due again."""
    receiver.status = 500
    said: list[str] = []
    channels = open_channels(lambda _: None, {"ALERT_WEBHOOK_URL": receiver.url, **mail_to(mailbox)})
    fail(ledger, *(each.name for each in channels))
    deliver(ledger, channels, said.append)
    assert len(mailbox.mails) == 1
    assert "answered 500; tried again in 30 s" in said[0]
    assert deliver(ledger, channels, said.append) == 0, "it is left alone for a while"
    assert [each.channel for each in ledger.alerts.unsent()] == ["webhook"]
    receiver.status = 204
    make_due(ledger)
    assert deliver(ledger, channels, said.append) == 1
    assert len({key for key, _ in receiver.posts}) == 1
    assert ledger.alerts.unsent() == []


def test_waiting_grows_and_never_gives_up(ledger: Ledger, receiver: Receiver) -> None:
    receiver.status = 404
    said: list[str] = []
    channels = [WebhookChannel.read(receiver.url)]
    fail(ledger, "webhook")
    for _ in range(8):
        make_due(ledger)
        deliver(ledger, channels, said.append)
    assert [int(str(re.search(r"in (\d+) s", each)[1])) for each in said] == [30, 60, 120, 240, 480, 900, 900, 900]  # type: ignore[index]


@pytest.mark.parametrize("way", ["nothing listens", "it drips"])
def test_a_receiver_that_hangs_costs_a_bounded_time(ledger: Ledger, receiver: Receiver, way: str) -> None:
    """A byte a moment would keep any client waiting whose limit begins anew with each."""
    receiver.drips = way == "it drips"
    url = receiver.url if receiver.drips else "http://127.0.0.1:9/"
    said: list[str] = []
    fail(ledger, "webhook")
    assert deliver(ledger, [WebhookChannel(read_address(url), patience_s=0.3)], said.append) == 0
    assert "did not take it" in said[0]
    assert [each.messages for each in ledger.alerts.unsent()] == [1]


def test_a_mail_server_that_hangs_or_refuses_is_tried_again(ledger: Ledger, mailbox: Mailbox) -> None:
    variables = mail_to(mailbox)
    said: list[str] = []
    fail(ledger, "mail")
    mailbox.silent = True
    channel = MailChannel.read(variables["SMTP_URL"], variables["ALERT_EMAIL_TO"], "")
    channel._patience_s = 0.3
    deliver(ledger, [channel], said.append)
    mailbox.silent, mailbox.refuses = False, b"451 greylisted, try later"
    make_due(ledger)
    channel._patience_s = 5
    deliver(ledger, [channel], said.append)
    mailbox.refuses = b""
    make_due(ledger)
    assert deliver(ledger, [channel], said.append) == 1
    assert "it answered 451: greylisted, try later" in said[1]
    assert len(mailbox.mails) == 1


def test_a_recipient_that_is_refused_keeps_nothing_from_the_others(ledger: Ledger, mailbox: Mailbox) -> None:
    """And it is noted."""
    mailbox.refuses_recipient = "gone@"
    channels = open_channels(lambda _: None, mail_to(mailbox, ALERT_EMAIL_TO="gone@example.com, ops@example.com"))
    fail(ledger, "mail")
    assert deliver(ledger, channels, lambda _: None) == 1
    assert len(mailbox.mails) == 1
    with ledger._connections.connection() as connection:
        assert connection.execute("select last_error from alert_messages").fetchall() == [
            ("not taken for gone@example.com",)
        ]


def test_who_dies_between_sending_and_noting_sends_again_under_the_same_id(ledger: Ledger, receiver: Receiver) -> None:
    """At least once; the key tells the copies."""

    class Dies(WebhookChannel):
        def send(self, message: object) -> None:
            super().send(message)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    fail(ledger, "webhook")
    with pytest.raises(KeyboardInterrupt):
        deliver(ledger, [Dies(read_address(receiver.url))], lambda _: None)
    assert deliver(ledger, [WebhookChannel.read(receiver.url)], lambda _: None) == 1
    assert len(receiver.posts) == 2
    assert len({key for key, _ in receiver.posts}) == 1


def test_what_was_read_before_makes_no_second_message(ledger: Ledger, receiver: Receiver) -> None:
    """A lost cursor reads the same events again."""
    for position in (7, 3, 9):
        note(ledger, "checks", position, [SEEN], ["webhook"])
    assert deliver(ledger, [WebhookChannel.read(receiver.url)], lambda _: None) == 1
    assert ledger.alerts.position("checks") == 9


def test_a_tick_begins_nothing_new_when_its_time_is_over(ledger: Ledger, receiver: Receiver) -> None:
    """What is left goes with the next one."""
    for number in range(5):
        fail(ledger, "webhook", sighting=replace(SEEN, condition=str(number)))
    clock = count(0, 10)
    assert deliver(ledger, [WebhookChannel.read(receiver.url)], lambda _: None, lambda: float(next(clock))) == 2


def test_secrets_of_the_channels_stay_out_of_words(ledger: Ledger, receiver: Receiver) -> None:
    """A webhook's path is its key, and a mail server's password stands in its URL."""
    receiver.status = 403
    said: list[str] = []
    fail(ledger, "webhook", "mail")
    webhook = WebhookChannel.read(receiver.url)
    mail = MailChannel.read("smtp://user:hush-hush-pw@127.0.0.1:9", "ops@example.com", "")
    deliver(ledger, [webhook, mail], said.append)
    kept = " ".join(str(each) for each in ledger.alerts.unsent()) + " ".join(said)
    assert "answered 403" in kept
    assert "very-secret-path" not in kept
    assert "hush-hush-pw" not in kept


def test_a_password_is_not_sent_in_the_clear_to_another_machine(ledger: Ledger, mailbox: Mailbox) -> None:
    """This server offers no TLS; written so, its address does not look like this machine's."""
    said: list[str] = []
    fail(ledger, "mail")
    deliver(ledger, [MailChannel.read(f"smtp://user:pw@2130706433:{mailbox.port}", "ops@example.com", "")], said.append)
    assert "it offers no TLS" in said[0]


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of a certification authority of the test's own, for localhost."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    file = tmp_path / "own.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    command += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(file), "-out", str(tmp_path / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    file.write_text(file.read_text() + (tmp_path / "cert.pem").read_text())
    return file


def test_mail_travels_under_tls_to_a_server_that_is_the_one_named(
    ledger: Ledger, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that nobody vouches for is no server of ours; trusted, it takes the message."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    said: list[str] = []
    fail(ledger, "mail")
    with a_mailbox(tls) as mailbox:
        channel = MailChannel.read(f"smtps://localhost:{mailbox.port}", "ops@example.com", "")
        assert deliver(ledger, [channel], said.append) == 0
        assert "CERTIFICATE_VERIFY_FAILED" in said[0]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        make_due(ledger)
        assert deliver(ledger, [channel], said.append) == 1
        assert len(mailbox.mails) == 1


@pytest.mark.parametrize(
    ("variables", "culprit"),
    [
        ({"ALERT_WEBHOOK_URL": "hooks.example.com/x"}, "ALERT_WEBHOOK_URL cannot be used"),
        ({"ALERT_WEBHOOK_URL": "http://hooks.example.com/secret"}, "http:// is for this machine only"),
        ({"ALERT_WEBHOOK_URL": "ftp://hooks.example.com/secret"}, "ftp:// is no webhook"),
        ({"ALERT_EMAIL_TO": "ops@example.com"}, "SMTP_URL is not set"),
        ({"ALERT_EMAIL_TO": "ops", "SMTP_URL": "smtp://h"}, "'ops' is no address"),
        ({"ALERT_EMAIL_TO": "a@b.c\nBcc: d@e.f", "SMTP_URL": "smtp://h"}, "is no address"),
        ({"ALERT_EMAIL_TO": "a@b.c", "SMTP_URL": "mail.example.com"}, "names no mail server"),
        ({"ALERT_EMAIL_TO": "a@b.c", "SMTP_URL": "smtp://u:p@h:x/secret"}, "names no mail server"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(variables: dict[str, str], culprit: str) -> None:
    with pytest.raises(AlertError, match=re.escape(culprit)) as told:
        open_channels(lambda _: None, variables)
    assert "secret" not in str(told.value)


def test_where_the_ui_is() -> None:
    assert ui_url({}) == "http://127.0.0.1:3000"
    assert ui_url({"WEIR_UI_URL": "https://weir.example.com/"}) == "https://weir.example.com"
