"""Whether somebody still works on a run: one that died with its machine must not be waited for until its time is over.

Dagster's own launcher cannot tell, so a run whose code server died with it would be "started" for hours and keep its
partition. Here a run is dead when its server does not know it, nobody holds its lock in the ledger, and its process is
not on this machine; the daemon then marks it as failed, and its retry goes on where it stopped.
"""

import json
import time
from collections.abc import Callable
from contextlib import suppress

from dagster import DagsterRun
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, DefaultRunLauncher, WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from resources.environment import Environment
from resources.ledger.database import database_url
from resources.ledger.ledger import is_worked_on
from resources.ledger.worker import WORKER_TAG, is_running_here

ENDING_S = 3.0  # between a run's last hold on the ledger and its last event
ASK_S = 5


class WeirRunLauncher(DefaultRunLauncher):
    """Dagster's launcher, which also knows of a run's death."""

    sleep: Callable[[float], None] = staticmethod(time.sleep)

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        if self._is_alive(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        self.sleep(ENDING_S)  # it may just have ended, and be about to say so: the daemon looks again at its status
        if self._is_alive(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.FAILED, "no process works on it any more")

    def _is_alive(self, run: DagsterRun) -> bool:
        tags = run.tags
        if GRPC_INFO_TAG not in tags and WORKER_TAG not in tags:
            return True  # begun by hand, and not with our ledger: nothing is known of it
        return (
            _is_known(run.run_id, tags.get(GRPC_INFO_TAG))
            or is_worked_on(database_url(Environment.read()), run.run_id)
            or is_running_here(tags.get(WORKER_TAG, ""))
        )


def _is_known(run_id: str, server: str | None) -> bool:
    """Whether the code server that was asked for the run still has it in work."""
    if server is None:
        return False
    info = json.loads(server)
    client = DagsterGrpcClient(port=info.get("port"), socket=info.get("socket"), host=info.get("host"))
    with suppress(DagsterUserCodeUnreachableError):
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=ASK_S)
        return deserialize_value(answer, CanCancelExecutionResult).can_cancel
    return False
