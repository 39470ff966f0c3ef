"""What running again cannot mend is written on its run, where Dagster's daemon looks before it tries again."""

import dagster as dg
import pytest

from assets.failures import PERMANENT_TAG, Permanent, Transient, stop_retries
from pipeline_defs.definitions import ASSETS, defs

RETRIES = {"run_retries": {"enabled": True, "max_retries": 3, "retry_on_asset_or_op_failure": True}}


def tags_after(failure: Exception) -> dict[str, str]:
    @dg.op
    def fails() -> None:
        raise failure

    @dg.job(hooks={stop_retries})
    def job() -> None:
        fails()

    with dg.DagsterInstance.ephemeral(settings=RETRIES) as instance:
        ended = job.execute_in_process(instance=instance, raise_on_error=False)
        run = instance.get_run_by_id(ended.run_id)
    assert run is not None
    return dict(run.tags)


def test_a_permanent_failure_is_not_tried_again_by_anybody() -> None:
    """Also not where somebody told the daemon to try failed assets again."""
    tags = tags_after(Permanent("the feed does not load"))
    assert tags[PERMANENT_TAG] == "true"
    assert tags["dagster/will_retry"] == "false"


@pytest.mark.parametrize("failure", [Transient("the lake is away"), ValueError("ours")])
def test_any_other_failure_may_be(failure: Exception) -> None:
    tags = tags_after(failure)
    assert PERMANENT_TAG not in tags
    assert tags["dagster/will_retry"] == "true"


def test_every_asset_and_every_job_writes_it() -> None:
    """A run that somebody starts from an asset's page has no job of ours."""
    hooked = [each for each in defs.assets or () if isinstance(each, dg.AssetsDefinition)]
    assert len(hooked) == len(ASSETS)
    for each in hooked:
        assert stop_retries in each.hook_defs, each.key
    for job in defs.resolve_all_job_defs():
        if not job.name.startswith("__"):
            assert stop_retries in job.hook_defs, job.name


def test_no_asset_has_a_retry_policy_of_its_own() -> None:
    """Calls are tried again within a run, runs by the daemon: a third layer between them would pay a second time."""
    for each in ASSETS:
        assert each.op.retry_policy is None, each.key
