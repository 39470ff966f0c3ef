"""Which budgets a request draws on, and what their rows are called: whose, and which day or month.

Days and months are UTC by the board's clock; a period ends for a process when its own steady clock says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from resources.llm.budgets.asking import EACH, BudgetSettings, Per, Purse, Scope

_SCOPES: tuple[Scope, ...] = ("all", "tenant", "feed", "provider")


@dataclass(frozen=True, slots=True)
class Period:
    """A day or a month: its name and how long it lasts from now."""

    name: str
    ends_in_s: float


def period(per: Per, epoch_s: float) -> Period:
    moment = datetime.fromtimestamp(epoch_s, UTC)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if per == "day":
        return Period(f"{moment:%Y-%m-%d}", (midnight + timedelta(days=1) - moment).total_seconds())
    next_month = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
    return Period(f"{moment:%Y-%m}", (next_month - moment).total_seconds())


def strictest(settings: Sequence[BudgetSettings]) -> tuple[BudgetSettings, ...]:
    """Each budget once: of two for the same thing, the smaller."""
    chosen: dict[tuple[str, str, str], BudgetSettings] = {}
    for one in settings:
        name = EACH if one.scope == "all" else one.name
        known = chosen.get((one.scope, name, one.per))
        if known is None or one.limit_usd < known.limit_usd:
            chosen[one.scope, name, one.per] = one
    return tuple(chosen.values())


def applying(settings: Sequence[BudgetSettings], purse: Purse) -> tuple[tuple[str, BudgetSettings], ...]:
    """Whose budgets a purse draws on; one by name stands for the one for each."""
    found: list[tuple[str, BudgetSettings]] = []
    for scope in _SCOPES:
        name = "" if scope == "all" else str(getattr(purse, scope))
        for per in ("day", "month"):
            fitting = [one for one in settings if one.scope == scope and one.per == per]
            chosen = next((one for one in fitting if scope != "all" and one.name == name), None)
            chosen = chosen or next((one for one in fitting if scope == "all" or one.name == EACH), None)
            if chosen is not None:
                found.append((f"{scope}/{name}" if name else scope, chosen))
    return tuple(found)
