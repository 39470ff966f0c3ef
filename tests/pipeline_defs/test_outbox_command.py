"""`python -m pipeline_defs outbox`: a person sees what was set aside, and decides."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from pipeline_defs.__main__ import main
from pipeline_defs.commands.outbox import outbox
from resources.ledger import Ledger
from tests.resources.outbox_parts import Taker, told


@pytest.fixture
def ledger(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with Ledger.open(database_url) as opened:
        told(opened, "a", "b")
        told(opened, "a", version=2)
        while opened.outbox.publish(Taker("a", "b", final=True), 10):
            pass
        yield opened


def test_what_was_set_aside_is_listed_with_why(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """Id, place, error, and what waits behind it."""
    assert outbox([], retry=False, skip=None, by=None) == 0
    said = capsys.readouterr().out
    [first] = [each for each in ledger.outbox.set_aside() if each.place == "a"]
    assert f"{first.event_id}  2026-11-19|quotes  record.created  a" in said
    assert "after 1 attempts; 1 later events of the place wait behind it" in said
    assert "not today" in said
    assert said.endswith("2 events are set aside\n")


def test_one_or_all_are_tried_again(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is touched."""
    chosen = ledger.outbox.set_aside()[0].event_id
    outbox([chosen], retry=True, skip=None, by=None)
    outbox([], retry=True, skip=None, by=None)
    outbox([uuid4()], retry=True, skip=None, by=None)
    assert capsys.readouterr().out.splitlines() == [f"{number} events are tried again" for number in (1, 1, 0)]


def test_a_skip_names_who_and_why(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """The place goes on."""
    [first] = [each for each in ledger.outbox.set_aside() if each.place == "a"]
    outbox([first.event_id], retry=False, skip="entered by hand", by="ada")
    assert capsys.readouterr().out == "1 events are skipped; their places go on\n"
    taker = Taker()
    ledger.outbox.publish(taker, 10)
    assert taker.taken == [("a", 2)]


@pytest.mark.parametrize(
    "arguments",
    [["outbox", "--retry", "--skip", "x"], ["outbox", "no-id"], ["relay", "--probe", "x"], ["outbox", "--skip"]],
)
def test_a_wrong_argument_is_said_before_anything_is_opened(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """By the parser, with the usage."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert "usage: python -m pipeline_defs" in capsys.readouterr().err
