"""A cluster is made beside its place and moved there when complete: a failure leaves nothing half made."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from resources.embedded.errors import OtherVersion
from resources.embedded.postgres.place import Place
from resources.embedded.postgres.service import DATABASE, INSTALLATION, USER

_DRAFT = "new-"
# The built-in locale is the same on every system; trust, because only the owner reaches the socket.
_INITDB = (
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    f"--username={USER}",
)
_ONE_STATEMENT = ("--single", "-c", "exit_on_error=on", "-c", "log_checkpoints=off")


class Failed(Exception):
    """A tool of PostgreSQL failed; the message is what it said."""


def ensure_cluster(place: Place) -> None:
    _forget_drafts(place.data.parent)
    if place.data.is_dir():
        _check_version(place.data)
    else:
        _make(place)


def _check_version(data: Path) -> None:
    ours = INSTALLATION.removeprefix("pginstall")
    found = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if found != ours:
        raise OtherVersion(data, found, ours)


def _make(place: Place) -> None:
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=place.data.parent))
    try:
        place.account.own(draft)
        _tool(place, "initdb", "-D", str(draft), *_INITDB)
        _tool(
            place,
            "postgres",
            *_ONE_STATEMENT,
            "-D",
            str(draft),
            "template1",
            says=f"CREATE DATABASE {DATABASE}\n",
        )
        draft.rename(place.data)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _forget_drafts(home: Path) -> None:
    """What a killed keeper began; where its initdb still writes, the rest goes at the next start."""
    for draft in home.glob(f"{_DRAFT}*"):
        shutil.rmtree(draft, ignore_errors=True)


def _tool(place: Place, name: str, *arguments: str, says: str = "") -> None:
    done = subprocess.run(
        [place.installation / "bin" / name, *arguments],
        input=says.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        cwd="/",
        env=environment(),
        **place.account.options(),
    )
    if done.returncode != 0:
        raise Failed(done.stdout.decode(errors="replace"))


def environment() -> dict[str, str]:
    """Nothing of the starter's steers the server, and its messages are in the language we search them in."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH") if name in os.environ}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
