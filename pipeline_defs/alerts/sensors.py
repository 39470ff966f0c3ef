"""Two sensors that ask for no run: what fails, gets worse or is well again is told, until it is taken."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence

import dagster as dg

from pipeline_defs.alerts import checks, runs
from pipeline_defs.alerts.events import begin, pages
from pipeline_defs.alerts.words import Words
from resources.alerts import Sighting, deliver, note, open_channels, ui_url
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url

EVERY_S = 30
READ_S = 20.0  # no new page is begun after that: the daemon waits for a tick for a minute
_LOGGER = logging.getLogger("weir.alerts")

See = Callable[[Sequence[dg.EventLogRecord], Words, Ledger], Iterable[Sighting]]


@dg.sensor(
    minimum_interval_seconds=EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people of every asset check that fails, gets worse, or is well again: once each.",
)
def failed_checks(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    return watch(
        context,
        "checks",
        checks.KINDS,
        lambda records, words, _: checks.check_sightings(records, words, context.repository_def),
    )


@dg.sensor(
    minimum_interval_seconds=EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells people of every run that fails, in any code location, and when its work is done: once each.",
)
def failed_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    def see(records: Sequence[dg.EventLogRecord], words: Words, ledger: Ledger) -> Iterable[Sighting]:
        standing = {each.condition for each in ledger.alerts.standing()}
        return runs.run_sightings(records, context.instance, words, standing)

    return watch(context, "runs", runs.KINDS, see)


def watch(
    context: dg.SensorEvaluationContext, name: str, kinds: Sequence[dg.DagsterEventType], see: See
) -> dg.SkipReason:
    """One tick: read on, keep what was seen, send what is due. The ledger knows how far it read, no cursor does."""
    environment, now = Environment.read(), time.time()
    words = Words.now(environment.feeds_dir, ui_url())

    def tell(text: str) -> None:
        context.log.warning(text)
        _LOGGER.warning(text)

    channels = open_channels(tell)
    names = [each.name for each in channels]
    with Ledger.open(database_url(environment), size=2) as ledger:
        position = begin(context.instance, ledger.alerts.position(name), now)
        made, ends = 0, time.monotonic() + READ_S
        for page in pages(context.instance, kinds, position, now):
            made += note(ledger, name, page.position, list(see(page.records, words, ledger)), names)
            if time.monotonic() > ends:
                break
        sent = deliver(ledger, channels, tell)
    return dg.SkipReason(f"{made} new messages, {sent} sent")
