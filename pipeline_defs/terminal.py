"""A run's progress for a person at a terminal: what the assets say, one line each, and nothing of Dagster's own."""

import logging

import dagster as dg

from resources.logs import JsonLines, is_json
from resources.secrets import secrets_of


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        meta = getattr(record, "dagster_meta", {})
        text = meta.get("orig_message") or record.getMessage()
        return f"    {text}"


class _OurWords(logging.Filter):
    """Messages of the assets; Dagster's own events are told in the UI."""

    def filter(self, record: logging.LogRecord) -> bool:
        meta = getattr(record, "dagster_meta", {})
        return meta.get("dagster_event") is None and logging.INFO <= record.levelno < logging.ERROR


@dg.logger({}, "One line for each message of an asset.")
def terminal_logger(_: dg.InitLoggerContext) -> logging.Logger:
    logger = logging.Logger("weir", level=logging.INFO)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines(secrets_of()) if is_json() else _Lines())
    handler.addFilter(_OurWords())
    logger.addHandler(handler)
    return logger
