"""PostgreSQL refuses to run as root, so root runs it as an unprivileged user that exists; none is made."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resources.embedded.errors import NoAccount, account_name

_CANDIDATES = ("nobody", "postgres")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom the server runs as; `switch` says whether that is somebody else than us."""

    name: str
    uid: int
    gid: int
    switch: bool

    def options(self) -> dict[str, Any]:
        """What Popen needs to start a process as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def succeeds(self, *command: str) -> bool:
        """Whether this user can run the command, found out by trying."""
        try:
            tried = subprocess.run(command, cwd="/", check=False, capture_output=True, **self.options())
        except OSError:
            return False
        return tried.returncode == 0

    def reaches(self, folder: Path) -> bool:
        return self.succeeds("/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder))


def server_account() -> Account:
    return _ourselves(os.geteuid()) if os.geteuid() else _somebody()


def owner_of(data: Path) -> Account | None:
    """The user to whom a cluster belongs; None if that is root."""
    found = data.stat()
    if found.st_uid == 0:
        return None
    return Account(account_name(found.st_uid), found.st_uid, found.st_gid, switch=os.geteuid() == 0)


def _ourselves(uid: int) -> Account:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise NoAccount(f"uid {uid} has no entry in the password database, which initdb needs") from None
    return Account(account_name(uid), uid, os.getegid(), switch=False)


def _somebody() -> Account:
    accounts = [account for name in _CANDIDATES if (account := _unprivileged(name))]
    if not accounts:
        raise NoAccount(f"root may not run it, and there is neither {' nor '.join(_CANDIDATES)}")
    if not accounts[0].succeeds("/bin/sh", "-c", "exit 0"):
        raise NoAccount(f"root may not run it, and may not become {accounts[0].name} here")
    return accounts[0]


def _unprivileged(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(name, entry.pw_uid, entry.pw_gid, switch=True) if entry.pw_uid else None
