"""What all processes know of one budget, and how what is left of it is lent to them.

Money is spent, lent to a process, or left; lent and spent together never exceed the limit. What a process that is
gone still held counts as spent, until it comes back and says what it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from resources.llm.budgets.asking import LEVELS, NOTHING, Pressure, exact

MODEL = 1
LEASE_S = 60.0
_FORGOTTEN_AFTER_S = 3600.0
PRIORITY_FROM = Decimal("0.95")
SHARES = (Decimal("0.5"), Decimal("0.8"), PRIORITY_FROM, Decimal(1))
"""Of the limit, from which each level but the first begins."""
_AHEAD_OF_LEFT = 4


@dataclass(frozen=True, slots=True)
class Request:
    """What a process says of one budget: all it ever spent of it, what it has set aside, keeps, and asks for."""

    process: str
    limit_usd: Decimal
    spent_usd: Decimal
    known_usd: Decimal
    """What of it the row had heard of."""
    reserved_usd: Decimal
    free_usd: Decimal
    needed_usd: Decimal
    urgent_usd: Decimal
    """What of that is for urgent requests, which alone may have the last of it."""
    ahead_usd: Decimal
    short_usd: Decimal = NOTHING
    """What requests cost beyond what was set aside for them, ever."""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Loan:
    """What a process gets of one budget, and how it stands."""

    usd: Decimal
    left_usd: Decimal
    others_usd: Decimal
    """What others spent or have set aside."""
    spent_usd: Decimal
    tell: tuple[Pressure, ...]


@dataclass(slots=True)
class Lease:
    """What one process was lent, and until when."""

    held_usd: Decimal = NOTHING
    reserved_usd: Decimal = NOTHING
    spent_usd: Decimal = NOTHING
    short_usd: Decimal = NOTHING
    until_s: float = 0.0

    def to_json(self) -> list[Any]:
        money = (self.held_usd, self.reserved_usd, self.spent_usd, self.short_usd)
        return [*(str(usd) for usd in money), self.until_s]

    @staticmethod
    def of(state: Sequence[Any]) -> "Lease":
        held, reserved, spent, short = (Decimal(usd) for usd in state[:4])
        return Lease(held, reserved, spent, short, float(state[4]))


@dataclass(slots=True)
class Row:
    """The state of one budget in one period."""

    limit_usd: Decimal = NOTHING
    spent_usd: Decimal = NOTHING
    short_usd: Decimal = NOTHING
    told: list[Pressure] = field(default_factory=list)
    leases: dict[str, Lease] = field(default_factory=dict)

    @property
    def lent_usd(self) -> Decimal:
        return sum((lease.held_usd for lease in self.leases.values()), NOTHING)

    def to_json(self) -> dict[str, Any]:
        return {
            "model": MODEL,
            "limit_usd": str(self.limit_usd),
            "spent_usd": str(self.spent_usd),
            "short_usd": str(self.short_usd),
            "told": list(self.told),
            "leases": {process: lease.to_json() for process, lease in self.leases.items()},
        }

    @staticmethod
    def of(state: Mapping[str, Any] | None) -> "Row":
        if not state or state.get("model") != MODEL:
            return Row()
        limit, spent, short = (Decimal(state[name]) for name in ("limit_usd", "spent_usd", "short_usd"))
        leases = {process: Lease.of(lease) for process, lease in state["leases"].items()}
        return Row(limit, spent, short, list(state["told"]), leases)


def lend(row: Row, request: Request, now_s: float) -> Loan:
    """Take in what a process says, and lend it what it needs; the row changes."""
    row.limit_usd = request.limit_usd
    _expire(row, now_s)
    mine = _book(row, request, now_s)
    loan = _loan(row, request)
    mine.held_usd += loan
    others = (
        row.spent_usd
        - mine.spent_usd
        + sum((lease.reserved_usd for lease in row.leases.values() if lease is not mine), NOTHING)
    )
    return Loan(loan, _left(row, request), others, row.spent_usd, _to_tell(row, request))


def _expire(row: Row, now_s: float) -> None:
    for process, lease in tuple(row.leases.items()):
        lease.until_s = min(lease.until_s, now_s + LEASE_S)
        if lease.until_s <= now_s and lease.held_usd:
            row.spent_usd += lease.held_usd
            lease.spent_usd += lease.held_usd
            lease.held_usd = lease.reserved_usd = NOTHING
        elif lease.until_s <= now_s - _FORGOTTEN_AFTER_S:
            del row.leases[process]  # every run is a process; a month's row is not to remember all of them


def _book(row: Row, request: Request, now_s: float) -> Lease:
    mine = row.leases.setdefault(request.process, Lease(spent_usd=request.known_usd))
    row.spent_usd = exact(max(NOTHING, row.spent_usd + request.spent_usd - mine.spent_usd))
    row.short_usd += request.short_usd - mine.short_usd
    mine.spent_usd, mine.short_usd = request.spent_usd, request.short_usd
    mine.reserved_usd = request.reserved_usd
    mine.held_usd = max(NOTHING, request.reserved_usd + request.free_usd)
    mine.until_s = now_s + LEASE_S
    return mine


def _loan(row: Row, request: Request) -> Decimal:
    """Needs first, then a slice ahead; both of what is left beside the part kept for urgent requests."""
    left = row.limit_usd - row.spent_usd - row.lent_usd
    ordinary = left - (1 - PRIORITY_FROM) * row.limit_usd
    ahead = min(request.ahead_usd, max(NOTHING, ordinary) / (_AHEAD_OF_LEFT * len(row.leases)))
    need = max(NOTHING, request.needed_usd - request.urgent_usd + ahead - request.free_usd)
    spare = max(NOTHING, request.free_usd - (request.needed_usd - request.urgent_usd + ahead))
    urgent = max(NOTHING, request.urgent_usd - spare)
    lent = min(need, max(NOTHING, ordinary))
    lent += min(urgent, max(NOTHING, left - lent))
    return exact(lent) if lent < left else max(NOTHING, lent)


def _left(row: Row, request: Request) -> Decimal:
    return max(NOTHING, row.limit_usd - row.spent_usd - row.lent_usd)


def _to_tell(row: Row, request: Request) -> tuple[Pressure, ...]:
    """Levels reached for the first time in the period, by whichever process."""
    reached = [name for name, share in zip(LEVELS[1:], SHARES, strict=True) if row.spent_usd >= share * row.limit_usd]
    if request.refused and "spent" not in reached:
        reached.append("spent")
    new = tuple(name for name in reached if name not in row.told)
    row.told.extend(new)
    return new[-1:]
