"""How asset checks were seen to stand: an evaluation as an alert's sighting."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import dagster as dg

from assets.checks.check import ENDS, OWNER, REMEDY, WITH_THE_NEXT
from pipeline_defs.alerts.words import Words
from resources.alerts import Sighting
from resources.ledger.alerts import Standing

DESCRIPTION = "description"
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
    facts = _facts(seen, repository)
    # How a night went stays as it was: the feed's next good night is the recovery, not the same one again.
    follows = facts.get(ENDS) == WITH_THE_NEXT
    whose = feed if follows else seen.partition or ""
    return Sighting(
        condition=f"check {asset} {seen.check_name} {whose}".rstrip(),
        standing=_standing(seen),
        seen_at=datetime.fromtimestamp(at, UTC),
        feed=feed,
        owner=_text(seen.metadata[OWNER]) if OWNER in seen.metadata else words.owner_of(feed),
        partition=seen.partition or "",
        what=f"{seen.check_name} of {asset}",
        reason=words.clean(seen.description),
        remedy=words.clean(_remedy(seen, facts)),
        url=words.check_url(tuple(seen.asset_key.path), seen.check_name),
        of_day=(seen.partition or "").partition("|")[0] if follows else "",
    )


def _standing(seen: dg.AssetCheckEvaluation) -> Standing:
    if seen.passed:
        return "well"
    return "error" if seen.severity == dg.AssetCheckSeverity.ERROR else "warn"


def _facts(seen: dg.AssetCheckEvaluation, repository: dg.RepositoryDefinition | None) -> Mapping[str, str]:
    """What the check says of itself where it is defined."""
    if repository is None or seen.asset_check_key not in repository.asset_graph.asset_check_keys:
        return {}
    spec = repository.asset_graph.get_check_spec(seen.asset_check_key)
    return {DESCRIPTION: spec.description or "", **{name: _text(told) for name, told in spec.metadata.items()}}


def _remedy(seen: dg.AssetCheckEvaluation, facts: Mapping[str, str]) -> str:
    """What the evaluation or the check itself says is to be done; else what ought to hold."""
    for said in (_text(seen.metadata[REMEDY]) if REMEDY in seen.metadata else "", facts.get(REMEDY, "")):
        if said:
            return said
    return f"Make this true: {facts[DESCRIPTION]}" if facts.get(DESCRIPTION) else ""


def _text(told: object) -> str:
    return str(told.value if isinstance(told, dg.MetadataValue) else told)
