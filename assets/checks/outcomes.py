"""Checks of what became of the documents: few are dead, none is forgotten, nothing accepted is invented."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding, judged, share
from assets.checks.scene import Scene
from extraction.leaves import values_of
from extraction.limits import OFF, Limits
from extraction.placeholders import is_placeholder
from extraction.shape import shape_of

_PAGE = 500
_LONGEST = 40  # a placeholder is short
_UNDECIDED = ("pending", "waiting")

DEAD = Check(
    "few_documents_are_dead",
    "extractions",
    "Documents that can never become a record are few.",
    "Each letter names its remedy: python -m pipeline_defs letters --feed FEED. What was mended is done again by "
    "python -m pipeline_defs replay.",
    query="select cause, count(*), min(remedy) from weir.dead_letters where feed = 'FEED' and date = 'DAY' group by 1",
    limits="checks.dead_letters",
)
VERDICTS = Check(
    "every_document_has_a_verdict",
    "extractions",
    "After a run every document is accepted, in review or dead; none waits and none was forgotten.",
    "What waits for a provider or for money is asked again by itself (sensor waiting_documents); see who can be asked "
    "with python -m pipeline_defs health. What is pending: materialize `extractions` again.",
    query="select place, status, cause, waiting_since from weir.documents "
    "where feed = 'FEED' and date = 'DAY' and status in ('pending', 'waiting')",
    limits="checks.without_verdict",
)
GROUNDED = Check(
    "every_accepted_value_is_grounded",
    "extractions",
    "No record that was accepted without a person holds a value that has no place in its document.",
    "Such a record was accepted by other rules than those in force, or changed in the ledger: materialize "
    "`extractions` again with refresh: all.",
    query="select place, evidence from weir.extractions where feed = 'FEED' and date = 'DAY' "
    "and jsonb_path_exists(evidence, '$[*] ? (@.grounded == false)')",
    limits="checks.ungrounded",
)
PLACEHOLDERS = Check(
    "no_accepted_value_is_a_placeholder",
    "extractions",
    "No accepted record holds N/A, TBD, [name] or the like in the place of a value.",
    "Make the field optional in schema.py and say in prompt.md that what is not stated is null; then materialize "
    "`extractions` again with refresh: all.",
    query="select place, record from weir.extractions where feed = 'FEED' and date = 'DAY' and verdict = 'accepted'",
    limits="checks.placeholders",
)


def _dead(scene: Scene) -> Finding:
    documents = sum(scene.statuses.values())
    measure = share("dead_rate", scene.statuses.get("dead", 0), documents, "documents", "are dead")
    finding = judged(measure, scene.limits.dead_letters, DEAD.place(scene.feed))
    return finding.showing(
        lambda: _rows(
            ("document", "cause", "message", "remedy"), scene.measures.dead_documents(*scene.where, OFFENDERS)
        )
    )


def _verdicts(scene: Scene) -> Finding:
    undecided = sum(scene.statuses.get(status, 0) for status in _UNDECIDED)
    measure = share("undecided_rate", undecided, sum(scene.statuses.values()), "documents", "have no verdict")
    finding = judged(measure, scene.limits.without_verdict, VERDICTS.place(scene.feed))
    columns = ("document", "status", "cause", "since")
    return finding.showing(lambda: _rows(columns, scene.measures.undecided_documents(*scene.where, OFFENDERS)))


def _grounded(scene: Scene) -> Finding:
    found = scene.measures.grounding(*scene.where)
    measure = share(
        "ungrounded_rate", found.ungrounded, found.records, "accepted records", "hold a value without a place"
    )
    finding = judged(measure, _limits_of_grounding(scene), GROUNDED.place(scene.feed))
    columns = ("document", "field", "value", "why")
    return finding.showing(lambda: _rows(columns, scene.measures.ungrounded_values(*scene.where, OFFENDERS)))


def _limits_of_grounding(scene: Scene) -> Limits:
    """A feed that lets optional values stand without a place has to say itself how many are too many."""
    lets = scene.feed.settings.review.ungrounded == "required" and "ungrounded" not in scene.limits.model_fields_set
    return Limits(warn=OFF, error=OFF, min_count=1) if lets else scene.limits.ungrounded


def _placeholders(scene: Scene) -> Finding:
    shape = shape_of(scene.feed.schema)
    records, offenders = 0, []
    for place, record in _records(scene):
        records += 1
        if any(_stands_for_nothing(text) for text in _texts(record)):
            leaves = (leaf for leaf in values_of(record, shape) if not leaf.field.choices)
            bad = [leaf for leaf in leaves if isinstance(leaf.value, str) and _stands_for_nothing(leaf.value)]
            offenders += [{"document": place, "field": leaf.path, "value": leaf.value} for leaf in bad[:1]]
    measure = share("placeholder_rate", len(offenders), records, "accepted records", "hold a placeholder")
    finding = judged(measure, scene.limits.placeholders, PLACEHOLDERS.place(scene.feed))
    return finding.showing(lambda: offenders)


def _records(scene: Scene) -> Iterator[tuple[str, Any]]:
    after = ""
    while page := scene.ledger.verdicts.stored_records(*scene.where, after, _PAGE):
        yield from page
        after = page[-1][0]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@lru_cache(maxsize=50_000)
def _stands_for_nothing(text: str) -> bool:
    return len(text) <= _LONGEST and is_placeholder(text)


def _rows(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[dict[str, str]]:
    return [dict(zip(columns, map(str, row), strict=True)) for row in rows]


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {
    DEAD: _dead,
    VERDICTS: _verdicts,
    GROUNDED: _grounded,
    PLACEHOLDERS: _placeholders,
}
