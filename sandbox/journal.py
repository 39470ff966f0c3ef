"""What the provider saw: counts by outcome, and the last requests with their times, to judge conduct by."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 20_000


@dataclass(slots=True)
class Entry:
    """One request from the provider's side; `outcome` is what became of it."""

    number: int
    at_s: float
    wire: str
    operation: str
    path: str
    model: str
    stream: bool = False
    fingerprint: str = ""
    retry_count: int | None = None
    in_flight: int = 0
    rules: tuple[str, ...] = ()
    served_by: str | None = None
    status: int | None = None
    outcome: str = "open"
    input_tokens: int = 0
    output_tokens: int = 0
    took_s: float | None = None
    client_left: bool = False


class Journal:
    """The requests since the last reset; the log keeps the latest, the counts keep all."""

    def __init__(self, now: float, kept: int = _KEPT) -> None:
        self._kept = kept
        self.reset(now)

    def reset(self, now: float) -> None:
        """Forget all; offsets of time and numbers begin again."""
        self._since = now
        self._number = 0
        self._log: deque[Entry] = deque(maxlen=self._kept)
        self._outcomes: Counter[tuple[str, str, str]] = Counter()
        self._tokens: Counter[tuple[str, str]] = Counter()
        self._open: dict[int, Entry] = {}
        self._most_open = 0

    def open(self, wire: str, operation: str, path: str, now: float) -> Entry:
        """Note a request that arrived."""
        self._number += 1
        at_s = round(now - self._since, 6)
        entry = Entry(self._number, at_s, wire, operation, path, "", in_flight=len(self._open) + 1)
        self._open[entry.number] = entry
        self._most_open = max(self._most_open, len(self._open))
        self._log.append(entry)
        return entry

    def close(self, entry: Entry, now: float, left: bool = False) -> None:
        """Note how it ended; `left` says that the client went away before. What a reset forgot stays forgotten."""
        if self._open.get(entry.number) is not entry:
            return
        del self._open[entry.number]
        entry.took_s = round(max(0.0, now - self._since - entry.at_s), 6)
        entry.client_left = left
        self._outcomes[entry.model, entry.path, entry.outcome] += 1
        self._tokens[entry.model, "input"] += entry.input_tokens
        self._tokens[entry.model, "output"] += entry.output_tokens

    def entries(
        self, model: str | None = None, path: str | None = None, last: int | None = None
    ) -> list[dict[str, Any]]:
        """The log, oldest first."""
        chosen = [asdict(e) for e in self._log if model in (None, e.model) and path in (None, e.path)]
        return chosen[-last:] if last is not None else chosen

    def stats(self, now: float) -> dict[str, Any]:
        """The counts."""
        return {
            "since_s": round(now - self._since, 3),
            "requests": self._number,
            "open": len(self._open),
            "most_open": self._most_open,
            "outcomes": _summed((outcome, n) for (_, _, outcome), n in self._outcomes.items()),
            "models": self._by(0),
            "paths": self._by(1),
            "tokens": {model: self._tokens_of(model) for model in sorted({m for m, _ in self._tokens})},
        }

    def _by(self, key: int) -> dict[str, dict[str, int]]:
        names = sorted({counted[key] for counted in self._outcomes})
        return {
            name: _summed((counted[2], n) for counted, n in self._outcomes.items() if counted[key] == name)
            for name in names
        }

    def _tokens_of(self, model: str) -> dict[str, int]:
        return {kind: self._tokens[model, kind] for kind in ("input", "output")}


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for outcome, number in counts:
        total[outcome] += number
    return dict(sorted(total.items()))
