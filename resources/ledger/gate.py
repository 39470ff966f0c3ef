"""Nothing leaves a partition before its gate opens: by passing checks, or by a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from resources.ledger.connections import Book, Connection
from resources.ledger.errors import NoSuchPartition

State = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Release:
    state: State
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """How one gate check saw a partition."""

    name: str
    passed: bool
    reason: str


def decide(expected: Sequence[str], seen: Sequence[Seen]) -> tuple[State, str]:
    """Open only when every expected check has looked and passed."""
    by_name = {each.name: each for each in seen}
    failed = [by_name[name].reason for name in expected if name in by_name and not by_name[name].passed]
    missing = [name for name in expected if name not in by_name]
    if failed:
        return "closed", "; ".join(failed)
    if missing:
        return "closed", f"not yet open: {', '.join(missing)} has not looked yet"
    return "open", "; ".join(by_name[name].reason for name in expected)


class Gate(Book):
    topic = "gate"

    def note(self, day: str, feed: str, seen: Seen, expected: Sequence[str], run_id: str) -> State:
        """A check has looked: turn the gate accordingly, and with it what waits behind it."""
        values = {
            "date": day,
            "feed": feed,
            "name": seen.name,
            "passed": seen.passed,
            "reason": seen.reason,
            "run_id": run_id,
        }
        with self._transaction() as connection:
            self._run(connection, "lock_gate", values)
            self._run(connection, "note_check", values)
            rows = self._run(connection, "gate_checks", values).fetchall()
            state, reason = decide(expected, [Seen(*row) for row in rows])
            self._turn(connection, values, state, "checks", reason)
        return state

    def open_by_hand(self, day: str, feed: str, by: str, reason: str) -> int:
        """A person lets the partition go; how many events that released."""
        values = {"date": day, "feed": feed}
        with self._transaction() as connection:
            self._run(connection, "lock_gate", values)
            row = self._run(connection, "holds_documents", values).fetchone()
            if row is None or not row[0]:
                raise NoSuchPartition(day, feed)
            return self._turn(connection, values, "open", by, reason)

    def _turn(self, connection: Connection, values: Mapping[str, Any], state: State, by: str, reason: str) -> int:
        turned = {**values, "state": state, "by": by, "reason": reason}
        self._run(connection, "turn_gate", turned)
        if state == "closed":
            return self._run(connection, "hold_events", turned).rowcount
        hand = "gate" if by == "checks" else "person"
        return self._run(connection, "release_events", {**turned, "by": hand}).rowcount

    def state(self, day: str, feed: str) -> Release | None:
        row = self._row("release_state", date=day, feed=feed)
        return Release(*row) if row else None
