"""The ledger as Dagster sees it: open for a run, and one run at a time in a partition."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import dagster as dg

from resources.environment import Environment
from resources.ledger.database import database_url
from resources.ledger.ledger import Ledger
from resources.ledger.worker import WORKER_TAG, worker


class ForeignInstance(dg.Failure):
    """Runs must be kept where the ledger is, or nobody can tell what a run did."""

    def __init__(self, storage: str, root: str) -> None:
        super().__init__(
            f"This Dagster instance keeps its runs in {storage}, not in Weir's database: start from the project's "
            f"root ({root}), or set DAGSTER_HOME to it.",
            allow_retries=False,
        )


class LedgerResource(dg.ConfigurableResource["LedgerResource"]):
    """Postgres at DATABASE_URL (the embedded server when unset). Assets receive the open `Ledger`."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Ledger]:  # type: ignore[override]
        environment = Environment.read()
        _refuse_foreign_instance(context.instance, environment)
        with Ledger.open(database_url(environment)) as ledger, _at_work(context, ledger):
            yield ledger


def _refuse_foreign_instance(instance: dg.DagsterInstance | None, environment: Environment) -> None:
    if instance is None or instance.is_ephemeral:
        return
    storage = instance.run_storage
    if type(storage).__module__.split(".")[0] != "dagster_postgres":
        raise ForeignInstance(type(storage).__name__, str(environment.root))


@contextmanager
def _at_work(context: dg.InitResourceContext, ledger: Ledger) -> Iterator[None]:
    """The run's sign of life, and its turn: a second run of a partition waits for the first; it never works on half."""
    if context.run is None:
        yield
        return
    if context.instance is not None:
        context.instance.add_run_tags(context.run.run_id, {WORKER_TAG: worker()})
    with ledger.at_work(context.run.run_id), _turn(context, ledger, context.run.tags.get("dagster/partition")):
        yield


def _turn(context: dg.InitResourceContext, ledger: Ledger, key: str | None) -> AbstractContextManager[None]:
    if key is None:
        return nullcontext()
    date, _, feed = key.partition("|")

    def tell() -> None:
        if context.log:
            context.log.info(f"another run works on {key}: this one waits for it")

    return ledger.partition_lock(date, feed, tell)
