"""Where everything lives is decided here, once, from the variables of README's table; nothing else reads them.

SettingsError
├── NotLocal            no database or no provider, but a place that is not on this machine
└── UnusableVariable    a variable whose value cannot be used
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
_POSTGRES = ("postgres", "postgresql")


class SettingsError(Exception):
    """A variable keeps Weir from starting."""


class NotLocal(SettingsError):
    def __init__(self, missing: str, remedy: str, variable: str, value: str) -> None:
        super().__init__(
            f"{missing} while {variable} is {value}: the local stand-in is only for a project that is local "
            f"altogether. {remedy}"
        )


class UnusableVariable(SettingsError):
    def __init__(self, variable: str, value: str, remedy: str) -> None:
        super().__init__(f"{variable} is {value!r}: {remedy}")


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables, resolved: relative paths against the project's root, never the working directory."""

    root: Path
    database_url: str | None
    lake_uri: str
    inbox_uri: str
    delivery_url: str
    feeds_dir: Path
    llm_config: Path | None
    time_zone: str
    source_url: str = ""

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ, root: Path = ROOT) -> "Environment":
        def value(name: str) -> str:
            return variables.get(name, "").strip()

        config = value("LLM_CONFIG")
        return cls(
            root=root,
            database_url=_database(value("DATABASE_URL")),
            lake_uri=_place(root, value("LAKE_URI") or ".data/lake"),
            inbox_uri=_place(root, value("INBOX_URI") or ".data/inbox"),
            delivery_url=_place(root, value("DELIVERY_URL") or ".data/delivered"),
            feeds_dir=root / (value("FEEDS_DIR") or "feeds"),
            llm_config=root / config if config else None,
            time_zone=_time_zone(value("TIME_ZONE")),
            source_url=value("SOURCE_URL").rstrip("/"),
        )

    def needs_embedded_database(self) -> bool:
        """Whether the embedded server is the database; an error where a lost variable would redeliver the past."""
        if self.database_url is None:
            self._refuse_stand_in(
                "DATABASE_URL is not set", "Set DATABASE_URL: a lost database would deliver the past again."
            )
        return self.database_url is None

    def allow_sandbox(self) -> None:
        """An error where answers by rules could reach a system outside this machine."""
        self._refuse_stand_in(
            "No provider's key or base URL is set",
            "Set OPENAI_API_KEY or ANTHROPIC_API_KEY: answers by rules must not reach other systems.",
        )

    def _refuse_stand_in(self, missing: str, remedy: str) -> None:
        for variable, place in (
            ("LAKE_URI", self.lake_uri),
            ("INBOX_URI", self.inbox_uri),
            ("DELIVERY_URL", self.delivery_url),
        ):
            if not is_local(place):
                raise NotLocal(missing, remedy, variable, _without_user(place))


def is_local(place: str) -> bool:
    """A path, not a URL."""
    return "://" not in place


def _place(root: Path, value: str) -> str:
    """A path made absolute, or another kind of place as it is."""
    if value.startswith("file://"):
        return str(Path(unquote(urlsplit(value).path)))
    return value if "://" in value else str(root / Path(value).expanduser())


def _time_zone(value: str) -> str:
    try:
        return ZoneInfo(value or "UTC").key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        remedy = "there is no such time zone; write it as Europe/Berlin."
        raise UnusableVariable("TIME_ZONE", value, remedy) from unknown


def _database(value: str) -> str | None:
    if not value:
        return None
    if urlsplit(value).scheme not in _POSTGRES:
        raise UnusableVariable(
            "DATABASE_URL", _without_user(value), "it must begin with postgresql:// (the ledger is Postgres)."
        )
    return value


def _without_user(url: str) -> str:
    """A URL as it may be shown: credentials stay out of messages."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts.netloc else url
