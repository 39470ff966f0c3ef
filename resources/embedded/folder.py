"""A service's state lives in a folder of its own under `.data`, and only its owner may use it."""

import os
from pathlib import Path

from resources.embedded.errors import ForeignFolder, UnwritableFolder

# As root the server's own user must pass through our folder to its data; nobody has to read it.
_TRAVERSABLE = 0o711


def state_folder(root: Path, service: str) -> Path:
    return Path(os.path.realpath(root)) / ".data" / service


def claim(folder: Path) -> None:
    """Make the state folder and `.data` above it where they are missing; refuse those that are not ours."""
    _ours(folder.parent, mode=None)
    _ours(folder, mode=_TRAVERSABLE if os.geteuid() == 0 else 0o700)


def _ours(folder: Path, mode: int | None) -> None:
    _make(folder, mode)
    owner = folder.stat().st_uid
    if owner != os.geteuid():
        raise ForeignFolder(folder, owner)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UnwritableFolder(folder, "no permission")


def _make(folder: Path, mode: int | None) -> None:
    try:
        folder.mkdir()
        if mode is not None:
            folder.chmod(mode)
    except FileExistsError:
        if not folder.is_dir():
            raise UnwritableFolder(folder, "it is no folder") from None
    except OSError as error:
        raise UnwritableFolder(folder.parent, error.strerror or str(error)) from error


def write_atomically(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
