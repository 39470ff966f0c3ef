"""What can go wrong with the ledger, and what a person does about it.

LedgerError
├── LedgerUnreachable     no connection: the pipeline cannot run
├── LedgerTooNew          migrated by a later version of Weir
├── MigrationChanged      a migration that already ran reads differently now
├── LeaseLost             another run works on this document now: drop the work, change nothing
├── NoSuchPartition       asked to release or recheck what never held a document
├── NoSuchItem            asked to decide on a review item that there is not
├── AlreadyDecided        somebody else decided on it first
├── ItemOutdated          the document went on without anybody's decision
├── NoSuchLetter          asked about a dead letter that there is not
├── NothingProposed       asked to approve where no record was proposed
├── NothingNamed          asked to replay without saying what
├── NoTool                no pg_dump or pg_restore of the database's version
├── ToolFailed            it was there, and said why not
├── OtherPostgres         the dump is of a newer PostgreSQL than the database
├── NotEmpty              asked to restore into a database that holds something
├── HalfRestored          a restore was begun and not finished
├── InUse                 asked to restore into a database that somebody uses
└── NotAsDumped           what was restored is not what was dumped
"""

import re
from collections.abc import Sequence
from datetime import datetime

_SECRET = re.compile(r"(://[^:/@\s]*:)[^@\s]*@|(password=)\S+")


def without_secrets(text: str) -> str:
    """Connection errors quote the URL they failed on; a password in it must not reach a log."""
    return _SECRET.sub(lambda found: f"{found[1]}***@" if found[1] else f"{found[2]}***", text)


def reason(message: str) -> str:
    """What libpq means, without its repetition of where."""
    first = next((line for line in message.splitlines() if line.strip()), "no reason given")
    return without_secrets(first.rpartition("failed: ")[2].strip())


class LedgerError(Exception):
    """The ledger refused, or cannot be reached."""


class LedgerUnreachable(LedgerError):
    def __init__(self, url: str, why: BaseException) -> None:
        super().__init__(
            f"The database at {without_secrets(url)} cannot be reached ({reason(str(why))}): "
            "start it, or correct DATABASE_URL, or unset DATABASE_URL to use the embedded server."
        )


class LedgerTooNew(LedgerError):
    def __init__(self, found: int, known: int) -> None:
        super().__init__(
            f"The ledger is at migration {found}, this version of Weir knows {known}: run the newer version."
        )


class MigrationChanged(LedgerError):
    def __init__(self, number: int, name: str) -> None:
        super().__init__(
            f"Migration {number} ({name}) ran with another text than the one shipped: restore the shipped "
            "file; a change to the schema is a new migration."
        )


class LeaseLost(LedgerError):
    def __init__(self, place: str, owner: str) -> None:
        super().__init__(
            f"{place}: the lease of {owner} was taken over by another run or ended by a person; nothing was written."
        )


class NoSuchPartition(LedgerError):
    def __init__(self, date: str, feed: str) -> None:
        super().__init__(f"Partition {date}|{feed} holds no documents yet: materialize it first, then release it.")


class NoSuchItem(LedgerError):
    def __init__(self, item_id: int) -> None:
        super().__init__(f"There is no review item {item_id}: python -m pipeline_defs review list.")


class AlreadyDecided(LedgerError):
    def __init__(self, item_id: int, place: str, resolution: str, by: str, at: datetime) -> None:
        super().__init__(
            f"Review item {item_id} ({place}) was {resolution} by {by} at {at:%Y-%m-%d %H:%M:%S %Z}: "
            "nothing was changed."
        )


class ItemOutdated(LedgerError):
    def __init__(self, item_id: int, place: str, why: str, at: datetime) -> None:
        happened = {
            "superseded": "its file was corrected or withdrawn",
            "replayed": "the document was replayed",
            "routed": "the document was carried to the feed it belongs to",
        }.get(why, "the document was extracted again")
        super().__init__(
            f"Review item {item_id} ({place}) is closed: {happened} at {at:%Y-%m-%d %H:%M:%S %Z}. Nothing was changed; "
            "if it still needs a person, python -m pipeline_defs review list shows its new item."
        )


class NothingProposed(LedgerError):
    def __init__(self, item_id: int, place: str) -> None:
        super().__init__(
            f"Review item {item_id} ({place}) proposes no record: give one with `review correct {item_id} --file`, "
            "or reject it."
        )


class NothingNamed(LedgerError):
    def __init__(self) -> None:
        super().__init__("Say what to replay: ids, causes, a feed, dates or statuses, or what is outdated.")


class NoSuchLetter(LedgerError):
    def __init__(self, letter_id: int) -> None:
        super().__init__(f"There is no dead letter {letter_id}: python -m pipeline_defs letters.")


class NoTool(LedgerError):
    def __init__(self, name: str, major: int, found: Sequence[int]) -> None:
        have = f"there is one of {' and '.join(map(str, found))}" if found else "there is none"
        super().__init__(
            f"The database is PostgreSQL {major}, and a {name} of that version is needed ({have}): install "
            f"postgresql-client-{major}, or put the folder of such a {name} into PATH."
        )


class ToolFailed(LedgerError):
    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name} failed ({words}): nothing was changed; mend that and try again.")


class OtherPostgres(LedgerError):
    def __init__(self, dumped: int, found: int) -> None:
        super().__init__(
            f"The backup is of PostgreSQL {dumped}, the database is {found}: restore it into {dumped} or newer."
        )


class NotEmpty(LedgerError):
    def __init__(self, table: str, rows: int) -> None:
        super().__init__(
            f"The database is not empty ({table}: {rows} rows) and a restore would overwrite it: point DATABASE_URL at "
            "an empty one, or move .data away."
        )


class InUse(LedgerError):
    def __init__(self, connections: int) -> None:
        super().__init__(
            f"{connections} other connections use the database: stop Weir (UI, daemon, runs, relay) before restoring, "
            "or it would deliver while the past is put back."
        )


class HalfRestored(LedgerError):
    def __init__(self) -> None:
        super().__init__(
            "A restore into this database was not finished: run python -m pipeline_defs restore FOLDER again, which "
            "begins anew."
        )


class NotAsDumped(LedgerError):
    def __init__(self, table: str) -> None:
        super().__init__(f"What was restored is not what was dumped (first in {table}): restore an older backup.")
