"""The checks that guard a partition's gate: what is stored is valid, and not too much of it needed a person."""

from collections.abc import Callable, Iterable, Iterator

import dagster as dg
from pydantic import ValidationError

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding, judged, share
from assets.feeds import feed_of
from assets.partitions import Partition
from extraction.feed import Feed
from resources.ledger import Ledger
from resources.ledger.gate import Seen

PAGE = 500

SCHEMA = Check(
    "every_record_matches_its_schema",
    "extractions",
    "Every accepted record, read back from the ledger, is valid by its feed's schema.",
    "If schema.py was changed on purpose, materialize `extractions` again; else restore the record from "
    "extraction_history. Then run recheck_partition.",
    query="select place, record from weir.extractions where feed = 'FEED' and date = 'DAY' and verdict = 'accepted'",
    blocking=True,
)
REVIEW = Check(
    "manual_review_rate_within_threshold",
    "extractions",
    "Documents whose first verdict was review or dead, of all with a verdict, stay under the feed's limits.",
    "Look at the reasons they share: mend prompt.md or schema.py and materialize `extractions` again, or decide the "
    "items (python -m pipeline_defs review list) and let the partition go with release_partition.",
    query="select place, first_verdict, status, cause from weir.documents where feed = 'FEED' and date = 'DAY'",
    limits="review",
    blocking=True,
)
GOLD_CHECK = "gold_is_read_at_or_above_the_floor"
GATE_CHECKS = (SCHEMA.name, REVIEW.name, GOLD_CHECK)


def review_rate(feed: Feed, manual: int, judged_documents: int) -> Finding:
    """What needed a person, of all with a verdict."""
    measure = share("manual_review_rate", manual, judged_documents, "documents", "needed a person")
    return judged(measure, feed.settings.review.limits, REVIEW.place(feed))


def records_match(feed: Feed, records: Iterable[tuple[str, object]]) -> Finding:
    """Validate what is stored again, with the schema as it is now; `records` are places with their records."""
    seen, offenders = 0, []
    for place, record in records:
        seen += 1
        if problem := _problem(feed, record):
            offenders.append({"document": place, "error": problem})
    return Finding(
        "ERROR" if offenders else "none",
        f"{len(offenders)} of {seen} stored records do not match {feed.schema.__name__}",
        {"records": seen, "records_that_do_not_match": len(offenders)},
        offenders[:OFFENDERS],
    )


def _problem(feed: Feed, record: object) -> str:
    try:
        feed.schema.model_validate(record)
    except ValidationError as invalid:
        return "; ".join(f"{_path(error['loc'])}: {error['msg']}" for error in invalid.errors()[:3])
    return ""


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in location) or "record"


def _look_at_records(feed: Feed, ledger: Ledger, partition: Partition) -> Finding:
    return records_match(feed, _stored_records(ledger, partition))


def _stored_records(ledger: Ledger, partition: Partition) -> Iterator[tuple[str, object]]:
    after = ""
    while page := ledger.verdicts.stored_records(partition.date, partition.feed, after, PAGE):
        yield from page
        after = page[-1][0]


def _look_at_reviews(feed: Feed, ledger: Ledger, partition: Partition) -> Finding:
    manual, documents = ledger.verdicts.first_verdicts(partition.date, partition.feed)
    return review_rate(feed, manual, documents).showing(lambda: _reviewed(ledger, partition))


def _reviewed(ledger: Ledger, partition: Partition) -> list[dict[str, str]]:
    rows = ledger.verdicts.offenders(partition.date, partition.feed, OFFENDERS)
    return [dict(zip(("document", "first verdict", "now", "why"), row, strict=True)) for row in rows]


Look = Callable[[Feed, Ledger, Partition], Finding]


def _gate_check(check: Check, look: Look) -> dg.AssetChecksDefinition:
    @check.step()
    def looked(context: dg.AssetCheckExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.AssetCheckResult:
        partition = Partition.parse(context.partition_key)
        feed = feed_of(partition.feed)
        return noted(context, ledger, partition, check, look(feed, ledger, partition), feed.owner)

    return looked


def noted(
    context: dg.AssetCheckExecutionContext,
    ledger: Ledger,
    partition: Partition,
    check: Check,
    finding: Finding,
    owner: str,
) -> dg.AssetCheckResult:
    """What a check saw, told to the gate, the log and Dagster."""
    seen = Seen(check.name, not finding.blocks, finding.sentence)
    state = ledger.gate.note(partition.date, partition.feed, seen, GATE_CHECKS, context.run.run_id)
    release = ledger.gate.state(partition.date, partition.feed)
    why = f" ({release.reason})" if release and state == "closed" else ""
    context.log.info(f"{check.name}: {finding.sentence}; the gate of {partition.key} is {state}{why}")
    return check.report(finding, owner)


every_record_matches_its_schema = _gate_check(SCHEMA, _look_at_records)
manual_review_rate_within_threshold = _gate_check(REVIEW, _look_at_reviews)
