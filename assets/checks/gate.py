"""The checks that guard a partition's gate: what is stored is valid, and not too much of it needed a person."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg
from pydantic import ValidationError

from assets.extractions import extractions
from assets.feeds import feed_of
from assets.pages import table
from assets.partitions import Partition, partitions
from extraction.feed import Feed
from resources.ledger import Ledger
from resources.ledger.gate import Seen

OFFENDERS = 100  # rows of a check's table: enough to see the pattern
PAGE = 500
SCHEMA_CHECK = "every_record_matches_its_schema"
REVIEW_CHECK = "manual_review_rate_within_threshold"
GOLD_CHECK = "gold_is_read_at_or_above_the_floor"
GATE_CHECKS = (SCHEMA_CHECK, REVIEW_CHECK, GOLD_CHECK)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw, as a value: tests read it, Dagster shows it, the gate obeys it."""

    passed: bool
    blocks: bool
    sentence: str
    numbers: dict[str, float | int]
    offenders: Sequence[dict[str, str]]
    columns: Sequence[str]


def review_rate(feed: Feed, manual: int, judged: int, offenders: Sequence[tuple[str, str, str, str]]) -> Finding:
    """WARN over the soft limit, ERROR over the hard one; silent below the minimum count."""
    limits = feed.settings.review
    rate = manual / judged if judged else 0.0
    enough = judged >= limits.min_documents
    sentence = f"{manual} of {judged} documents needed a person ({rate:.0%})"
    if not enough:
        sentence += f"; below {limits.min_documents} documents the rate says nothing"
    elif rate > limits.warn:
        limit, word = (limits.error, "hard") if rate > limits.error else (limits.warn, "soft")
        sentence += f", over the {word} limit of {limit:.0%} in {feed.name}/feed.yaml"
    return Finding(
        passed=not enough or rate <= limits.warn,
        blocks=enough and rate > limits.error,
        sentence=sentence,
        numbers={
            "manual_review_rate": rate,
            "documents_with_verdict": judged,
            "documents_for_a_person": manual,
            "warn_above": limits.warn,
            "error_above": limits.error,
            "minimum_documents": limits.min_documents,
        },
        offenders=[dict(zip(("document", "first verdict", "now", "why"), row, strict=True)) for row in offenders],
        columns=("document", "first verdict", "now", "why"),
    )


def records_match(feed: Feed, records: Iterable[tuple[str, object]]) -> Finding:
    """Validate what is stored again, with the schema as it is now; `records` are places with their records."""
    seen, offenders = 0, []
    for place, record in records:
        seen += 1
        if problem := _problem(feed, record):
            offenders.append({"document": place, "error": problem})
    return Finding(
        passed=not offenders,
        blocks=bool(offenders),
        sentence=f"{len(offenders)} of {seen} stored records do not match {feed.schema.__name__}",
        numbers={"records": seen, "records_that_do_not_match": len(offenders)},
        offenders=offenders[:OFFENDERS],
        columns=("document", "error"),
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
    manual, judged = ledger.verdicts.first_verdicts(partition.date, partition.feed)
    offenders = ledger.verdicts.offenders(partition.date, partition.feed, OFFENDERS)
    return review_rate(feed, manual, judged, offenders)


def _report(finding: Finding) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=finding.passed,
        severity=dg.AssetCheckSeverity.ERROR if finding.blocks else dg.AssetCheckSeverity.WARN,
        description=finding.sentence,
        metadata={**finding.numbers, "offenders": _table(finding)},
    )


def _table(finding: Finding) -> dg.TableMetadataValue:
    return table(finding.columns, [[row[name] for name in finding.columns] for row in finding.offenders])


Look = Callable[[Feed, Ledger, Partition], Finding]


def _gate_check(name: str, look: Look, description: str) -> dg.AssetChecksDefinition:
    @dg.asset_check(name=name, asset=extractions, blocking=True, partitions_def=partitions, description=description)
    def check(context: dg.AssetCheckExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.AssetCheckResult:
        partition = Partition.parse(context.partition_key)
        return noted(context, ledger, partition, name, look(feed_of(partition.feed), ledger, partition))

    return check


def noted(
    context: dg.AssetCheckExecutionContext, ledger: Ledger, partition: Partition, name: str, finding: Finding
) -> dg.AssetCheckResult:
    """What a check saw, told to the gate, the log and Dagster."""
    seen = Seen(name, not finding.blocks, finding.sentence)
    state = ledger.gate.note(partition.date, partition.feed, seen, GATE_CHECKS, context.run.run_id)
    release = ledger.gate.state(partition.date, partition.feed)
    why = f" ({release.reason})" if release and state == "closed" else ""
    context.log.info(f"{name}: {finding.sentence}; the gate of {partition.key} is {state}{why}")
    return _report(finding)


every_record_matches_its_schema = _gate_check(
    SCHEMA_CHECK,
    _look_at_records,
    "Every accepted record, read back from the ledger, is valid by its feed's schema.",
)
manual_review_rate_within_threshold = _gate_check(
    REVIEW_CHECK,
    _look_at_reviews,
    "Documents whose first verdict was review or dead, of all with a verdict, stay under the feed's limits.",
)
