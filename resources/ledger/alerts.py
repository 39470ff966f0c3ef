"""Who was told what: what stands, how far was read and what is to be sent change in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from resources.ledger.connections import Book, rows_jsonb

Standing = Literal["well", "warn", "error"]


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is well or not, and the worst people heard of it since it was well."""

    condition: str
    standing: Standing
    told: Standing
    seen_at: datetime
    needs: Sequence[str] = ()
    of_day: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Alerts of one feed on their way through one channel."""

    message_id: UUID
    channel: str
    feed: str
    owner: str
    alerts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is due."""

    message: Message
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Unsent:
    """What one channel did not take yet."""

    channel: str
    messages: int
    since: datetime
    attempts: int
    error: str | None


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Why a message has to be sent again, and after how long."""

    why: str
    wait_s: float


Known = Mapping[str, Condition]
Settle = Callable[[Known], tuple[Sequence[Condition], Sequence[Message]]]


class Alerts(Book):
    topic = "alerts"

    def position(self, watch: str) -> int | None:
        """How far a watch has read; None: it never did."""
        row = self._row("position", watch=watch)
        return int(row[0]) if row else None

    def note(self, watch: str, position: int, conditions: Sequence[str], settle: Settle) -> int:
        """What was seen up to a position, all or nothing; how many messages that makes."""
        with self._transaction() as connection:
            self._run(connection, "lock_watch", {"watch": watch})
            rows = self._run(connection, "conditions", {"conditions": list(conditions)})
            changed, messages = settle({row[0]: Condition(*row) for row in rows})
            self._run(connection, "keep_conditions", {"rows": rows_jsonb([_row(each) for each in changed])})
            kept = self._run(connection, "keep_messages", {"rows": rows_jsonb([_message(each) for each in messages])})
            self._run(connection, "keep_position", {"watch": watch, "position": position})
            return kept.rowcount

    def standing(self) -> list[Condition]:
        """What is not well."""
        return [Condition(*row) for row in self._rows("standing_conditions")]

    def send_next(self, channel: str, send: Callable[[Waiting], str | NotTaken | None]) -> NotTaken | bool:
        """Hand the next message that is due to `send`: False if there is none, or why it was not taken.

        Who dies here before the commit sends again, under the same id. What `send` says of a message that was taken
        is kept beside it.
        """
        with self._transaction() as connection:
            row = self._run(connection, "claim_message", {"channel": channel}).fetchone()
            if row is None:
                return False
            outcome = send(Waiting(Message(*row[:5]), row[5], row[6]))
            if isinstance(outcome, NotTaken):
                values = {"message_id": row[0], "error": outcome.why, "wait_s": outcome.wait_s}
                self._run(connection, "message_not_taken", values)
                return outcome
            self._run(connection, "message_sent", {"message_id": row[0], "error": outcome})
            return True

    def unsent(self) -> list[Unsent]:
        return [Unsent(*row) for row in self._rows("unsent_messages")]


def _row(condition: Condition) -> dict[str, Any]:
    return {**asdict(condition), "seen_at": condition.seen_at.isoformat(), "needs": list(condition.needs)}


def _message(message: Message) -> dict[str, Any]:
    return {**asdict(message), "message_id": str(message.message_id), "alerts": list(message.alerts)}
