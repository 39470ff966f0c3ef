"""The ledger as the engine's answer store: an answer is kept the moment it arrives, with the rows of its attempts."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from resources.ledger import Ledger
from resources.llm import Attempt, StoredAnswer, Timed

_COLUMNS = tuple(each.name for each in fields(Attempt))


def row(attempt: Attempt) -> dict[str, Any]:
    """An attempt as the ledger's table has it."""
    return {
        **asdict(attempt),
        "cost_usd": str(attempt.cost_usd),
        "started_at": attempt.started_at.isoformat(),
    }


class AnswerBook:
    def __init__(self, ledger: Ledger) -> None:
        self._answers = ledger.answers

    def recall_answer(self, key: str) -> StoredAnswer | None:
        kept = self._answers.recall(key)
        return StoredAnswer(**kept) if kept else None

    def keep_answer(self, key: str, answer: StoredAnswer, attempts: Sequence[Attempt]) -> None:
        self._answers.keep(key, asdict(answer), [row(attempt) for attempt in attempts])

    def recent_answers(self) -> list[Timed]:
        return [Timed(*answer) for answer in self._answers.recent()]

    def keep_attempts(self, attempts: Sequence[Attempt]) -> None:
        self._answers.keep_attempts([row(attempt) for attempt in attempts])
