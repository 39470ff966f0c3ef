"""The words in which budgets are asked: whose money, how much of it, and what is answered."""

from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from resources.llm.budgets.account import Account

Scope = Literal["all", "tenant", "feed", "provider"]
Per = Literal["day", "month"]
Pressure = Literal["free", "noted", "throttled", "priority", "spent"]
Why = Literal["spent", "priority", "throttled", "ledger_away"]
LEVELS: tuple[Pressure, ...] = ("free", "noted", "throttled", "priority", "spent")
EACH = "*"
_SMALLEST_USD = Decimal("0.000000001")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetSettings:
    """What may be spent in a UTC day or month; `*` is each tenant, feed or provider that has none of its own.

    `slice_usd` is the most one process may hold ahead of its need.
    """

    scope: Scope
    per: Per
    limit_usd: Decimal
    name: str = EACH
    slice_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Purse:
    """Who spends, and where; every budget that fits has to have the money."""

    tenant: str
    feed: str
    provider: str
    urgent: bool = False


@dataclass(slots=True)
class Held:
    """Money set aside for one request; it is given back by `settle` or `cancel`, once."""

    usd: Decimal
    accounts: "tuple[Account, ...]"
    over: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """No money for now; `until_s` is when that may change."""

    why: Why
    sentence: str
    until_s: float


def exact(usd: Decimal) -> Decimal:
    """Money as the ledger keeps it; what it cannot keep is rounded against us."""
    return usd.quantize(_SMALLEST_USD, rounding=ROUND_UP)
