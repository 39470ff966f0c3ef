"""The demo, then the Dagster UI on 127.0.0.1 until Ctrl-C, which stops all this started and nothing else."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline_defs.commands.demo import materialize_samples
from pipeline_defs.commands.errors import NoPort, PortInUse
from pipeline_defs.commands.links import Links
from pipeline_defs.commands.stopping import Stopped, be_deaf
from resources.environment import ROOT
from resources.logs import is_json, say

HOST = "127.0.0.1"
START_S = 120
STOP_S = 20


def run(asked: str) -> int:
    port = _port(asked)
    _refuse_used(port)
    summary = materialize_samples()
    base = f"http://{HOST}:{port}"
    with suppress(Stopped), _dagster(port) as process:
        if not _wait(lambda: _answers(base) or process.poll() is not None, START_S) or process.poll() is not None:
            say(f"the Dagster UI did not start: see {_log()}.", logging.ERROR)
            return 1
        print(summary.text(Links(base)), f"\nCtrl-C stops it. Log: {_log()}", sep="\n", flush=True)
        process.wait()
        say(f"the Dagster UI ended: see {_log()}.", logging.ERROR)
        return 1
    return 0


def _port(asked: str) -> int:
    if not asked.isdecimal() or not 0 < int(asked) < 65_536:
        raise NoPort(asked)
    return int(asked)


def _refuse_used(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as used:
            raise PortInUse(port) from used


def _log() -> Path:
    return ROOT / ".data" / "dagster" / "ui.log"


@contextmanager
def _dagster(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Webserver, daemon and code location in a process group of their own, ended as a group."""
    _log().parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "dagster", "dev", "--host", HOST, "--port", str(port)]
    command += ["--log-format", "json"] if is_json() else []
    variables = {"WEIR_UI_URL": f"http://{HOST}:{port}", **os.environ}  # where alerts lead, unless told otherwise
    with _log().open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    be_deaf()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        _signal(process.pid, each)
        if _wait(lambda: process.poll() is not None and not _alive(process.pid), STOP_S):
            return


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _answers(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/server_info", timeout=2):  # noqa: S310 - our own http URL
            return True
    except OSError:
        return False


def _wait(done: Callable[[], bool], limit_s: float) -> bool:
    deadline = time.monotonic() + limit_s
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True
