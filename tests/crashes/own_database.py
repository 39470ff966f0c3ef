"""A PostgreSQL of the harness's own, held by a process of its own; its server may be killed, and is started again."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.broker import until
from tests.crashing import ROOT

_HOLD = """
import sys
from pathlib import Path
from resources.embedded import hold_postgres, release
print(hold_postgres(Path(sys.argv[1])), flush=True)
sys.stdin.read()
release()
"""


@dataclass
class OwnDatabase:
    url: str

    def crash(self) -> None:
        """As by a power cut: no checkpoint, no goodbye."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute("select pg_read_file('postmaster.pid')").fetchone()
        assert row is not None
        os.kill(int(row[0].split()[0]), signal.SIGQUIT)

    def wait(self) -> None:
        until(self._answers, 60)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        return False


@contextmanager
def own_database() -> Iterator[OwnDatabase]:
    with tempfile.TemporaryDirectory(prefix="weir-crashes-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        command = [sys.executable, "-c", _HOLD, folder]
        holder = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert holder.stdout is not None
        try:
            yield OwnDatabase(holder.stdout.readline().strip())
        finally:
            holder.communicate()
