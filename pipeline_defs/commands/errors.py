"""Which problems a person can mend, and the sentence that says how; everything else is ours and keeps its traceback.

CommandError
├── PortInUse      somebody else listens there
├── NoPort         what was given is no port
├── NoAddress      nothing can listen at an address that was given
├── NotWritable    a sample cannot be put into the inbox
├── NotOnHand      the samples cannot be put where the inbox is
├── NoRecord       a file that was given holds no record
├── NoSuchFeed     a feed is named that is not there
├── FolderTaken       a backup would be mixed into what is there
├── BackupNotWritten  no space, no permission
└── NotABackup        asked to restore what is no backup, or not all of one
"""

from collections.abc import Sequence
from pathlib import Path

import click
import dagster as dg

from extraction.corrections import BadCorrection
from extraction.feed import BrokenFeed, feed_names
from resources.alerts import AlertError
from resources.embedded import LocalServiceError
from resources.environment import SettingsError
from resources.inbox import InboxError
from resources.lake import LakeError
from resources.ledger.errors import LedgerError
from resources.llm import LlmError
from resources.sink import SinkError


class CommandError(Exception):
    """A command cannot do what was asked."""


class PortInUse(CommandError):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on 127.0.0.1 is in use: stop what uses it, or choose another with PORT={port + 1}."
        )


class NoPort(CommandError):
    def __init__(self, given: str) -> None:
        super().__init__(f"PORT is {given!r}: it must be a number from 1 to 65535.")


class NoAddress(CommandError):
    def __init__(self, bind: str, why: str) -> None:
        super().__init__(f"Nothing can listen at {bind} ({why}): stop what uses it, or choose another with --bind.")


class NotWritable(CommandError):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place} cannot be read or written ({why}): give this user the right to, or set INBOX_URI.")


class NotOnHand(CommandError):
    def __init__(self, inbox_uri: str) -> None:
        super().__init__(
            f"The samples are put into a local inbox only, and INBOX_URI is {inbox_uri}: unset it for the demo."
        )


class NoRecord(CommandError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} holds no record ({why}): write the record as one JSON object.")


class NoSuchFeed(CommandError):
    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no feed {name!r}; the feeds are {', '.join(known) or 'none'}.")


class FolderTaken(CommandError):
    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is there already: name a folder that is not, each backup has its own.")


class BackupNotWritten(CommandError):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The backup {folder} could not be written ({why}): nothing of it is left; mend that.")


class NotABackup(CommandError):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} is not a whole backup ({why}): nothing was restored; take another one.")


def refuse_unknown(feeds_dir: Path, names: Sequence[str]) -> None:
    """Of a name that is no feed nothing would be found, which would read as if all were well."""
    known = feed_names(feeds_dir)
    for name in names:
        if name not in known:
            raise NoSuchFeed(name, known)


MENDABLE = (
    CommandError,
    AlertError,
    SettingsError,
    LocalServiceError,
    LedgerError,
    LakeError,
    InboxError,
    SinkError,
    LlmError,
    BrokenFeed,
    BadCorrection,
)


def sentence_of(problem: BaseException) -> str | None:
    """The sentence of the innermost cause that has one."""
    if isinstance(problem, click.ClickException):
        return problem.message
    if isinstance(problem, dg.Failure):
        return problem.description
    if isinstance(problem, MENDABLE):
        return str(problem)
    cause = problem.__cause__
    return sentence_of(cause) if cause else None
