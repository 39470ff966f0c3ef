"""`python -m pipeline_defs daemon` begins when the code locations answer, and says what it waits for until then."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from benchmarks.living import free_port
from pipeline_defs.commands.daemon import _silent, wait_for
from resources.environment import ROOT


def test_it_waits_and_says_once_what_for() -> None:
    answers = iter([["127.0.0.1:4000"], ["127.0.0.1:4000"], []])
    told: list[str] = []
    slept: list[float] = []
    wait_for(lambda: next(answers), told.append, slept.append)
    assert told == ["the daemon waits for the code location at 127.0.0.1:4000"]
    assert len(slept) == 2


def test_a_workspace_of_modules_is_waited_for_by_nobody() -> None:
    """The daemon loads them itself."""
    assert _silent(ROOT / "workspace.yaml") == []


@pytest.mark.slow
def test_a_code_server_answers_when_its_definitions_are_there(tmp_path: Path) -> None:
    """And one whose module does not load does not: the daemon would find no assets there."""
    (tmp_path / "good.py").write_text("import dagster as dg\ndefs = dg.Definitions()\n")
    (tmp_path / "bad.py").write_text("import nothing_of_that_name\n")
    ports = {name: free_port() for name in ("good", "bad")}
    servers = [{"grpc_server": {"host": "127.0.0.1", "port": port}} for port in ports.values()]
    workspace = tmp_path / "workspace.yaml"
    workspace.write_text(yaml.safe_dump({"load_from": servers}))
    assert _silent(workspace) == [f"127.0.0.1:{port}" for port in ports.values()]
    command = [sys.executable, "-m", "dagster", "api", "grpc", "-h", "127.0.0.1", "-d", str(tmp_path)]
    command += ["--lazy-load-user-code"]
    processes = [
        subprocess.Popen([*command, "-m", name, "-p", str(port)], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        for name, port in ports.items()
    ]
    try:
        only_bad = [f"127.0.0.1:{ports['bad']}"]
        wait_for(lambda: [] if _silent(workspace) == only_bad else ["good"], print, lambda _: time.sleep(0.2))
        assert _silent(workspace) == only_bad
    finally:
        for process in processes:
            process.kill()
            process.wait()
