"""Runs that may go: long over, and the last to make nothing. What a partition holds stays known, as does its run."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import dagster as dg

FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
A_PAGE = 200


class OldRuns:
    """One look at the runs of an instance."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._latest: dict[dg.AssetKey, set[int]] = {}

    def may_go(self, before: datetime) -> Iterator[dg.DagsterRun]:
        """The oldest first."""
        for record in self._finished(before):
            run = record.dagster_run
            if not (self._is_newest(run) or self._holds_a_partition(run.run_id)):
                yield run

    def _finished(self, before: datetime) -> Iterator[dg.RunRecord]:
        """Page after page from the oldest; runs that go meanwhile are behind it."""
        cursor = None
        while True:
            page = self._instance.get_run_records(
                dg.RunsFilter(statuses=FINISHED, updated_before=before), limit=A_PAGE, cursor=cursor, ascending=True
            )
            yield from page
            if len(page) < A_PAGE:
                return
            cursor = page[-1].dagster_run.run_id

    def _is_newest(self, run: dg.DagsterRun) -> bool:
        """Of its partition: how that stands is told by its last run, also by one that failed."""
        partition = run.tags.get("dagster/partition")
        if partition is None:
            return False
        [newest] = self._instance.get_runs(dg.RunsFilter(tags={"dagster/partition": partition}), limit=1)
        return newest.run_id == run.run_id

    def _holds_a_partition(self, run_id: str) -> bool:
        made = self._instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
        return any(each.storage_id in self._latest_of(each.asset_key) for each in made if each.asset_key)

    def _latest_of(self, asset: dg.AssetKey) -> set[int]:
        """The storage ids of the last materialization of each of an asset's partitions."""
        if asset not in self._latest:
            log, kind = self._instance.event_log_storage, dg.DagsterEventType.ASSET_MATERIALIZATION
            last = log.get_event_records(dg.EventRecordsFilter(kind, asset_key=asset), limit=1)
            by_partition = log.get_latest_storage_id_by_partition(asset, kind)
            self._latest[asset] = {*by_partition.values(), *(each.storage_id for each in last)}
        return self._latest[asset]

    def delete(self, before: datetime, most: int) -> int:
        """Delete at most so many, with their events and what they printed; how many those were."""
        gone = list(islice(self.may_go(before), most))
        for run in gone:
            self._instance.compute_log_manager.delete_logs(prefix=[run.run_id])
            self._instance.delete_run(run.run_id)
        return len(gone)
