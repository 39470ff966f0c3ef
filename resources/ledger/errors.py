"""What can go wrong with the ledger, and what a person does about it.

LedgerError
├── LedgerUnreachable     no connection: the pipeline cannot run
├── LedgerTooNew          migrated by a later version of Weir
├── MigrationChanged      a migration that already ran reads differently now
├── LeaseLost             another run works on this document now: drop the work, change nothing
└── NoSuchPartition       asked to release or recheck what never held a document
"""

import re

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
        super().__init__(f"{place}: the lease of {owner} was taken over by another run; nothing was written.")


class NoSuchPartition(LedgerError):
    def __init__(self, date: str, feed: str) -> None:
        super().__init__(f"Partition {date}|{feed} holds no documents yet: materialize it first, then release it.")
