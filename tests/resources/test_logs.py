"""Log lines: a sentence for people, an object a line for machines, and no secret in either."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from resources import logs
from resources.environment import ROOT, UnusableVariable
from resources.logs import JsonLines, about, say, speak, trail
from resources.secrets import HIDDEN


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Voices are the process's: what a test sets is put back."""
    root, named, hook = logging.getLogger(), (logs._voice, logs._trail), sys.excepthook
    before = [(each, each.handlers, each.propagate, each.level) for each in (root, *named)]
    yield
    for each, handlers, propagate, level in before:
        each.handlers, each.propagate = handlers, propagate
        each.setLevel(level)
    logging.setLoggerClass(logging.Logger)
    logging.captureWarnings(False)
    sys.excepthook = hook


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_people_read_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """And are spared what became of each document."""
    speak({})
    say("relaying to files")
    trail("decided: accepted", correlation_id="d1")
    assert capsys.readouterr().err == "weir: relaying to files\n"


def test_machines_read_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """With time, level, logger, message and what it is about."""
    speak({"WEIR_LOG": "json"})
    with about(run_id="r1", feed="quotes", partition="2026-11-19|quotes", correlation_id="d1"):
        say("it is\nslow", logging.WARNING)
        trail("decided: accepted", place="quotes/a.pdf", event_id=None)
    say("all is well again")
    first, second, third = lines(capsys)
    of = {"run_id": "r1", "feed": "quotes", "partition": "2026-11-19|quotes", "correlation_id": "d1"}
    assert first.pop("time").endswith("+00:00")
    assert first == {"level": "warning", "logger": "weir", "message": "it is\nslow", **of}
    assert (
        second.items()
        >= {"logger": "weir.trail", "message": "decided: accepted", "place": "quotes/a.pdf", **of}.items()
    )
    assert "event_id" not in second
    assert set(third) == {"time", "level", "logger", "message"}


def test_no_secret_reaches_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither in the message nor in what it is about, nor in a traceback, nor in the words for people."""
    variables = {"BROKER_PASSWORD": "correct horse"}
    speak(variables | {"WEIR_LOG": "json"})
    with about(place="correct horse.pdf"):
        say("amqp://weir:s3cret@broker/ refuses correct horse")
    try:
        raise ValueError("correct horse")
    except ValueError:
        logging.getLogger("somebody.else").exception("key sk-proj-abcdefghijklmnop1234")
    ours, theirs = lines(capsys)
    assert ours["message"] == f"amqp://{HIDDEN}@broker/ refuses {HIDDEN}"
    assert ours["place"] == f"{HIDDEN}.pdf"
    assert theirs["message"] == f"key {HIDDEN}"
    assert "ValueError" in theirs["exception"]
    speak(variables)
    say("correct horse")
    assert capsys.readouterr().err == f"weir: {HIDDEN}\n"


def test_libraries_speak_as_we_do(capsys: pytest.CaptureFixture[str]) -> None:
    """Also those that bring a format of their own, as Dagster's console does for each run."""
    speak({"WEIR_LOG": "json"})
    theirs = logging.getLoggerClass()("console", level=logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s - %(message)s"))
    theirs.addHandler(handler)
    meta = {"run_id": "r1", "job_name": "job", "step_key": "extractions", "orig_message": "10 of 20"}
    tags = {"job_tags": {"dagster/partition": "2026-11-19|quotes"}}
    theirs.info("job - r1 - 10 of 20", extra={"dagster_meta": meta | tags})
    [line] = lines(capsys)
    of = {"run_id": "r1", "job": "job", "step": "extractions", "partition": "2026-11-19|quotes", "feed": "quotes"}
    assert line.items() >= {"message": "10 of 20", "logger": "console", **of}.items()


def test_what_is_about_a_document_ends_with_it() -> None:
    """Facts of one are none of the next; inner ones win while they last."""
    record = logging.LogRecord("x", logging.INFO, "", 0, "m", (), None)

    def facts() -> dict[str, Any]:
        known = json.loads(JsonLines(()).format(record))
        return {name: known[name] for name in known if name in ("feed", "place")}

    with about(feed="quotes", place="a"):
        with about(place="b"):
            assert facts() == {"feed": "quotes", "place": "b"}
        assert facts() == {"feed": "quotes", "place": "a"}
    assert facts() == {}


def test_a_word_that_is_no_format_is_refused_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """A typing error must not silence anybody."""
    with pytest.raises(UnusableVariable, match="WEIR_LOG is 'jsno': write text for people or json for machines"):
        speak({"WEIR_LOG": "jsno"})
    say("still here")
    assert capsys.readouterr().err == "weir: still here\n"


@pytest.mark.parametrize(("value", "expected"), [("json", 1), ("jsno", 1)])
def test_a_command_that_fails_says_so_in_its_format(value: str, expected: int) -> None:
    """As a process: its last word is a line like all others."""
    command = [sys.executable, "-m", "pipeline_defs", "metrics", "--bind", "127.0.0.1:19463"]
    variables = {"PATH": "/usr/bin:/bin", "WEIR_LOG": value, "DATABASE_URL": "mysql://nowhere/"}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == expected
    if value == "json":
        [line] = [json.loads(each) for each in done.stderr.splitlines()]
        assert (line["level"], "DATABASE_URL" in line["message"]) == ("error", True)
    else:
        assert done.stderr == "weir: WEIR_LOG is 'jsno': write text for people or json for machines.\n"
