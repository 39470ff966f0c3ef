"""The same request is answered once, and every attempt at an answer is a row."""

from collections.abc import Mapping, Sequence
from typing import Any

from resources.ledger.connections import Book, Connection, rows_jsonb
from resources.ledger.queries import load


def keep_attempts(connection: Connection, attempts: Sequence[Mapping[str, Any]]) -> None:
    """Rows of attempts, in the caller's transaction."""
    if attempts:
        connection.execute(load("answers")["keep_attempts"].encode(), {"rows": rows_jsonb(attempts)})


class Answers(Book):
    topic = "answers"

    def recall(self, key: str) -> Mapping[str, Any] | None:
        """The answer that was given to this request."""
        row = self._row("recall_answer", key=key)
        names = ("text", "endpoint", "model", "stop_reason", "input_tokens", "output_tokens", "degraded")
        return dict(zip(names, row, strict=True)) if row else None

    def keep(self, key: str, answer: Mapping[str, Any], attempts: Sequence[Mapping[str, Any]]) -> None:
        """An answer the moment it arrives, with the rows of the attempts it took."""
        with self._transaction() as connection:
            self._run(connection, "keep_answer", {**answer, "key": key})
            keep_attempts(connection, attempts)

    def recent(self) -> list[tuple[str, str, float, int]]:
        """Endpoint, task, seconds and output tokens of the last answers."""
        rows = self._rows("recent_answers")
        return [(row[0], row[1], row[2], row[3]) for row in rows]

    def keep_attempts(self, attempts: Sequence[Mapping[str, Any]]) -> None:
        """Attempts that belong to no document's transaction (embeddings)."""
        with self._transaction() as connection:
            keep_attempts(connection, attempts)
