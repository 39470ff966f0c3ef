"""A keeper is a process in a session of its own, and inherits the keeper's lock from who starts it.

So the lock is never free between "nobody keeps it" and "the keeper is there", and Ctrl-C at a user's terminal
reaches neither keeper nor server.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from resources.embedded.errors import NotStarted, revive
from resources.embedded.service import KEEPER_LOG, Service

_PACKAGES = Path(__file__).resolve().parents[2]
_LOG_LIMIT_BYTES = 1_000_000
# What keeper and server may learn of our environment: no key, no password, nothing that steers libpq.
_PASSED_ON = (
    "HOME",
    "LANG",
    "LC_ALL",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "TMPDIR",
    "TZ",
    "VIRTUAL_ENV",
)


def start_keeper(service: Service, lock: int) -> str:
    """The URL that the new keeper reports, or the error it reports, raised here."""
    with _log(service) as log:
        keeper = subprocess.Popen(
            _command(service, lock),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=(lock,),
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
    # The process we started forks the keeper and ends, so no zombie of ours is left; the keeper closes the
    # pipe once it has reported.
    report, _ = keeper.communicate()
    return _understand(service, report)


def _log(service: Service) -> IO[bytes]:
    path = service.folder / KEEPER_LOG
    full = path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES
    return path.open("wb" if full else "ab")


def _command(service: Service, lock: int) -> list[str]:
    # Without site: the keeper needs the standard library only, and starts in a third of the time.
    flags = ["-S", "-P", "-m", "resources.embedded.keeper"]
    return [sys.executable, *flags, str(lock), *service.arguments()]


def _environment() -> dict[str, str]:
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    paths = [str(_PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    return passed | {"PYTHONPATH": os.pathsep.join(paths)}


def _understand(service: Service, report: bytes) -> str:
    try:
        told: dict[str, str] = json.loads(report)
    except ValueError:
        raise NotStarted(service.name, service.folder / KEEPER_LOG, "its keeper died") from None
    if "error" in told:
        raise revive(told["error"], told["sentence"])
    return told["url"]
