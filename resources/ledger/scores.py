"""How well a version of a feed reads its gold is measured once, and known to every partition of the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from resources.ledger.connections import Book, jsonb


@dataclass(frozen=True, slots=True)
class GoldVersion:
    """What a score depends on: a change in any of them asks for another."""

    feed: str
    schema: str
    prompt: str
    route: str
    gold: str


@dataclass(frozen=True, slots=True)
class GoldScore:
    """The F1 over all values, and what it is made of field by field."""

    f1: float
    documents: int
    fields: Sequence[Mapping[str, Any]]


class Scores(Book):
    topic = "scores"

    def keep(self, version: GoldVersion, score: GoldScore, run_id: str | None) -> None:
        values = {**asdict(version), **asdict(score), "fields": jsonb(list(score.fields)), "run_id": run_id}
        with self._transaction() as connection:
            self._run(connection, "keep_score", values)

    def of(self, version: GoldVersion) -> GoldScore | None:
        """What was measured of this version, if anything was."""
        row = self._row("score", **asdict(version))
        return GoldScore(*row) if row else None
