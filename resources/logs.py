"""Log lines: sentences for people, or with WEIR_LOG=json one object a line for machines, each with what it is about.

`say` is what a command tells whoever started it. `trail` is what became of one document or event on its way, under one
correlation id (the document's doc_id) from file to delivery; there is too much of it for people, so machines are told.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from resources.environment import UnusableVariable
from resources.secrets import secrets_of, shown

VARIABLE = "WEIR_LOG"
_voice = logging.getLogger("weir")
_trail = logging.getLogger("weir.trail")
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - it is replaced, never changed


@contextmanager
def about(**facts: str | None) -> Iterator[None]:
    """What every line within is about: run_id, partition, feed, correlation_id, event_id, place."""
    token = _about.set({**_about.get(), **{name: value for name, value in facts.items() if value}})
    try:
        yield
    finally:
        _about.reset(token)


def say(sentence: str, level: int = logging.INFO) -> None:
    if not _voice.handlers:
        speak()
    _voice.log(level, "%s", sentence)


def trail(sentence: str, **facts: str | None) -> None:
    if _trail.isEnabledFor(logging.INFO):
        with about(**facts):
            _trail.info("%s", sentence)


def is_json(variables: Mapping[str, str] = os.environ) -> bool:
    value = variables.get(VARIABLE, "").strip().lower() or "text"
    if value not in ("text", "json"):
        raise UnusableVariable(VARIABLE, value, "write text for people or json for machines.")
    return value == "json"


def speak(variables: Mapping[str, str] = os.environ) -> None:
    """Set this process's voice; once more changes nothing."""
    handler, secrets = _Stderr(), secrets_of(variables)
    handler.setFormatter(Sentences(secrets))  # also for the sentence that WEIR_LOG cannot be used
    _voice.handlers, _voice.propagate = [handler], False
    _voice.setLevel(logging.INFO)
    _trail.setLevel(logging.CRITICAL)
    if is_json(variables):
        handler.setFormatter(JsonLines(secrets))
        _trail.setLevel(logging.INFO)
        _everybody_speaks_so(handler)


def _everybody_speaks_so(handler: logging.Handler) -> None:
    """Libraries, warnings, what nobody caught, and Dagster's console, whose loggers are made anew for each run."""
    root = logging.getLogger()
    root.handlers = [handler]
    logging.setLoggerClass(JsonLogger)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    _voice.critical("%s", problem, exc_info=(kind, problem, trace))


class JsonLogger(logging.Logger):
    """Whatever format its handlers were made with, they speak JSON."""

    def addHandler(self, hdlr: logging.Handler) -> None:  # noqa: N802 - the base's name
        hdlr.setFormatter(JsonLines(secrets_of()))
        super().addHandler(hdlr)


class Sentences(logging.Formatter):
    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return shown(f"weir: {record.getMessage()}", self._secrets)


class JsonLines(logging.Formatter):
    """time, level, logger, message, and what the line is about; no secret of this process is in it."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        dagster = getattr(record, "dagster_meta", None) or {}
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": dagster.get("orig_message") or record.getMessage(),
            **_of_run(dagster),
            **_about.get(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: shown(str(value), self._secrets) for name, value in line.items()}, ensure_ascii=False)


def _of_run(dagster: Mapping[str, Any]) -> dict[str, str]:
    """What Dagster knows of a line: the run, its partition and with it the feed, the step."""
    partition = (dagster.get("job_tags") or {}).get("dagster/partition", "")
    facts = {
        "run_id": dagster.get("run_id"),
        "job": dagster.get("job_name"),
        "step": dagster.get("step_key"),
        "partition": partition,
        "feed": partition.partition("|")[2],
    }
    return {name: value for name, value in facts.items() if value}


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at that moment."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """It is not ours to choose."""
