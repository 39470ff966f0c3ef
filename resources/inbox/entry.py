"""What a file of the inbox is called and to which day it belongs; which names are no documents (yet)."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote_from_bytes, unquote_to_bytes

from resources.inbox.errors import BadPlace

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_UNFINISHED = (".tmp", ".part", ".crdownload")
_ESCAPED = "%bytes:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as a listing saw it."""

    place: str  # "<feed>/<path>", with forward slashes; names are as they are, not normalised
    date: date | None  # of its date folder
    size: int
    modified_at: datetime
    mark: str  # another one whenever the content may have changed


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was passed over although it looks like a document."""

    place: str
    reason: str


Skip = Callable[[Skipped], None]


def pass_over(skipped: Skipped) -> None:
    """For those who do not want to hear of it."""


def day_of(folder: str) -> date | None:
    """The day a folder's name stands for; only YYYY-MM-DD is a day."""
    if not _DAY.fullmatch(folder):
        return None
    try:
        return date.fromisoformat(folder)
    except ValueError:
        return None


def is_hidden(name: str) -> bool:
    return name.startswith((".", "~$"))


def is_document(name: str) -> bool:
    """Neither hidden, nor an editor's lock file, nor still being uploaded."""
    return not is_hidden(name) and not name.lower().endswith((*_UNFINISHED, "~"))


def shown(name: str) -> str:
    """A file's name as text. One that is no text is spelt out, so that it can be stored and found again."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return _ESCAPED + quote_from_bytes(os.fsencode(name))
    return _ESCAPED + quote_from_bytes(name.encode()) if name.startswith(_ESCAPED) else name


def hidden_behind(part: str) -> str:
    """The file's name of a part of a place."""
    if part.startswith(_ESCAPED):
        return os.fsdecode(unquote_to_bytes(part.removeprefix(_ESCAPED)))
    return part


def parts_of(place: str) -> list[str]:
    """The names on the way to a place, from its feed on; refuses every trick."""
    names = [hidden_behind(part) for part in place.split("/")]
    if len(names) < 2 or not all(map(_is_plain, names)):
        raise BadPlace(place)
    return names


def feed_folder(feed: str) -> str:
    if not _is_plain(feed) or is_hidden(feed):
        raise BadPlace(feed)
    return feed


def _is_plain(name: str) -> bool:
    return name not in ("", ".", "..") and not any(mark in name for mark in ("/", "\0", os.sep))
