"""`python -m pipeline_defs alerts`: what stands, whom it could not be told, and whether everybody would hear."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pipeline_defs.commands.alerts import alerts
from resources.alerts import Sighting, deliver, note, open_channels
from resources.ledger import Ledger
from tests.listeners import Receiver, a_receiver

SEEN = Sighting(
    "run 2026-11-19|deals", "error", datetime(2026, 11, 20, 2, 20, tzinfo=UTC), "deals", "team:sales", "", "", "", "",
    "", left=("deliveries",),
)  # fmt: skip


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Receiver]:
    with a_receiver() as opened:
        monkeypatch.setenv("ALERT_WEBHOOK_URL", opened.url)
        monkeypatch.setenv("DATABASE_URL", database_url)
        yield opened


def test_what_stands_and_what_nobody_took_is_listed(
    receiver: Receiver, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is of the messages, so that a probe can watch it."""
    assert alerts(test=False) == 0
    assert capsys.readouterr().out == "nothing is wrong that anybody was told of\n"
    receiver.status = 500
    with Ledger.open(database_url) as ledger:
        note(ledger, "runs", 1, [SEEN], ["webhook"])
        deliver(ledger, open_channels(print), print)
    capsys.readouterr()
    assert alerts(test=False) == 1
    said = capsys.readouterr().out
    assert "ERROR 2026-11-20 02:20 run 2026-11-19|deals (left: deliveries)" in said
    assert "1 messages wait for webhook" in said
    assert "answered 500" in said


def test_a_test_message_goes_to_everybody(receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    assert alerts(test=True) == 0
    assert "Nothing is wrong." in receiver.texts[0]
    receiver.status = 404
    assert alerts(test=True) == 1
    assert "answered 404" in capsys.readouterr().out
