"""PostgreSQL under its keeper: on a socket only, durable, and small enough for anybody's machine."""

import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals
from typing import IO

from resources.embedded import locks
from resources.embedded.errors import NotStarted
from resources.embedded.keeper.startup import failure, log_path
from resources.embedded.postgres import cluster
from resources.embedded.postgres.place import Place, find_place
from resources.embedded.postgres.postmaster import forget_stale, postmaster, serves
from resources.embedded.postgres.service import PORT, url_at
from resources.embedded.postgres.socket_folder import make_socket_folder, usual_bases
from resources.embedded.service import Running

_SETTLES_WITHIN_S = 60.0
_PAUSE_S = 0.02
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "200",  # Dagster opens one for every operation
    "shared_buffers": "128MB",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in a container and emptied at a logout
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",
}
_PASSING = ("pre-existing shared memory block", "postmaster.pid", "another postmaster")


class PostgresServer:
    name = "PostgreSQL"
    stop_signals: Sequence[Signals] = (SIGINT, SIGQUIT, SIGKILL)

    def __init__(self, folder: Path, installation: Path, system_home: Path) -> None:
        self.folder = folder
        self._installation = installation
        self._system_home = system_home
        self._placed: Place | None = None
        self._socket_folder: Path | None = None

    @classmethod
    def told(cls, *arguments: str) -> "PostgresServer":
        return cls(*map(Path, arguments))

    @property
    def _place(self) -> Place:
        if self._placed is None:
            self._placed = find_place(self.folder, self._installation, self._system_home)
        return self._placed

    def prepare(self) -> None:
        try:
            cluster.ensure_cluster(self._place)
        except cluster.Failed as error:
            with log_path(self.folder).open("a", encoding="utf-8") as log:
                log.write(str(error))
            raise failure(self, str(error)) from error

    def survivor(self) -> Running | None:
        data, deadline = self._place.data, time.monotonic() + _SETTLES_WITHIN_S
        while (found := postmaster(data)) is not None and serves(found.pid, data):
            if found.ready and found.socket_folder:
                self._socket_folder = found.socket_folder
                return Running(found.pid, url_at(found.socket_folder))
            if time.monotonic() > deadline:
                raise NotStarted(self.name, log_path(self.folder), f"pid {found.pid} neither runs nor ends")
            time.sleep(_PAUSE_S)
        return None

    def launch(self, log: IO[bytes], previous: str | None) -> subprocess.Popen[bytes]:
        place = self._place
        forget_stale(place.data)
        self._socket_folder = make_socket_folder(self._socket_name(), place.account, usual_bases())
        settings = _SETTINGS | {"unix_socket_directories": f'"{self._socket_folder}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command: list[str] = [str(place.installation / "bin" / "postgres"), "-D", str(place.data), *options]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=cluster.environment(),
            **place.account.options(),
        )

    def ready(self, pid: int) -> str | None:
        found = postmaster(self._place.data)
        if found is None or found.pid != pid or not found.ready or self._socket_folder is None:
            return None
        return url_at(self._socket_folder)

    def passes(self, said: str) -> bool:
        return any(sign in said for sign in _PASSING)

    def clear(self) -> None:
        if self._socket_folder is not None:
            shutil.rmtree(self._socket_folder, ignore_errors=True)

    def _socket_name(self) -> str:
        """Of this folder in this life: one that was deleted and made again has a server of its own."""
        lock = (self.folder / locks.KEEPER).stat()
        identity = f"{os.geteuid()} {lock.st_dev} {lock.st_ino} {self.folder}"
        return f"weir-{hashlib.sha256(os.fsencode(identity)).hexdigest()[:12]}"
