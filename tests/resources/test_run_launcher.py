"""A run is alive while anything says so: its code server, its hold on the ledger, its process on this machine."""

import json
import subprocess
import sys
from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.ledger.worker import WORKER_TAG, is_running_here, worker
from resources.run_launcher import WeirRunLauncher

NOBODY = json.dumps({"host": "127.0.0.1", "port": 9})
ELSEWHERE = "another-machine 1 2"


@pytest.fixture
def ledger(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with Ledger.open(database_url) as opened:
        yield opened


def status(**tags: str) -> WorkerStatus:
    launcher = WeirRunLauncher()
    launcher.sleep = lambda _: None
    return launcher.check_run_worker_health(dg.DagsterRun("job", run_id="r1", tags=tags)).status


def test_a_run_that_nobody_works_on_is_dead(ledger: Ledger) -> None:
    """Its server does not answer, its process was on a machine that is gone."""
    assert status(**{GRPC_INFO_TAG: NOBODY, WORKER_TAG: ELSEWHERE}) == WorkerStatus.FAILED
    assert status(**{WORKER_TAG: ELSEWHERE}) == WorkerStatus.FAILED


def test_who_holds_its_place_in_the_ledger_is_alive(ledger: Ledger) -> None:
    """Also when the code server was killed, and several of its steps may hold it."""
    with ledger.at_work("r1"):
        with ledger.at_work("r1"):
            assert status(**{GRPC_INFO_TAG: NOBODY, WORKER_TAG: ELSEWHERE}) == WorkerStatus.RUNNING
        assert status(**{GRPC_INFO_TAG: NOBODY, WORKER_TAG: ELSEWHERE}) == WorkerStatus.RUNNING
    assert status(**{GRPC_INFO_TAG: NOBODY, WORKER_TAG: ELSEWHERE}) == WorkerStatus.FAILED


def test_a_process_of_this_machine_is_alive_whatever_became_of_its_connection(ledger: Ledger) -> None:
    """A database that was restarted took the hold, not the process."""
    assert status(**{WORKER_TAG: worker()}) == WorkerStatus.RUNNING


def test_a_run_of_which_nothing_is_known_is_left_alone(ledger: Ledger) -> None:
    """Somebody's own job, begun by hand, without our ledger."""
    assert status() == WorkerStatus.RUNNING


def test_a_process_is_known_again_and_its_number_is_not_enough() -> None:
    """After a restart of the machine another process has it."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        host, own, begun = worker().split()
        assert is_running_here(f"{host} {own} {begun}")
        assert not is_running_here(f"{host} {other.pid} 12")
        other.kill()
        other.wait()
        assert not is_running_here(f"{host} {other.pid} {begun}")
    assert not is_running_here("")


def test_it_is_the_launcher_of_the_roots_settings(ledger: Ledger) -> None:
    with dg.DagsterInstance.from_config(str(ROOT)) as instance:
        assert isinstance(instance.run_launcher, WeirRunLauncher)
        assert instance.run_launcher.supports_check_run_worker_health
