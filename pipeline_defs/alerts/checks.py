"""How asset checks were seen to stand: an evaluation as an alert's sighting."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from pipeline_defs.alerts.words import Words
from resources.alerts import Sighting
from resources.ledger.alerts import Standing

KINDS = (dg.DagsterEventType.ASSET_CHECK_EVALUATION,)


def check_sightings(
    records: Sequence[dg.EventLogRecord], words: Words, repository: dg.RepositoryDefinition | None
) -> Iterator[Sighting]:
    for record in records:
        event = record.event_log_entry.dagster_event
        if event is not None:
            yield _sighting(event.asset_check_evaluation_data, record.timestamp, words, repository)


def _sighting(
    seen: dg.AssetCheckEvaluation, at: float, words: Words, repository: dg.RepositoryDefinition | None
) -> Sighting:
    asset, feed = seen.asset_key.to_user_string(), words.feed_of(seen.partition)
    return Sighting(
        condition=f"check {asset} {seen.check_name} {seen.partition or ''}".rstrip(),
        standing=_standing(seen),
        seen_at=datetime.fromtimestamp(at, UTC),
        feed=feed,
        owner=words.owner_of(feed),
        partition=seen.partition or "",
        what=f"{seen.check_name} of {asset}",
        reason=words.clean(seen.description),
        remedy=words.clean(_remedy(seen, repository)),
        url=words.check_url(tuple(seen.asset_key.path), seen.check_name),
    )


def _standing(seen: dg.AssetCheckEvaluation) -> Standing:
    if seen.passed:
        return "well"
    return "error" if seen.severity == dg.AssetCheckSeverity.ERROR else "warn"


def _remedy(seen: dg.AssetCheckEvaluation, repository: dg.RepositoryDefinition | None) -> str:
    """What the evaluation or the check itself says is to be done; else what ought to hold."""
    key = seen.asset_check_key
    spec = None
    if repository is not None and key in repository.asset_graph.asset_check_keys:
        spec = repository.asset_graph.get_check_spec(key)
    for metadata in (seen.metadata, spec.metadata if spec else {}):
        if "remedy" in metadata:
            found = metadata["remedy"]
            return str(found.value if isinstance(found, dg.MetadataValue) else found)
    return f"Make this true: {spec.description}" if spec and spec.description else ""
