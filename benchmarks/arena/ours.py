"""The LLM_CONFIG of our side, as a user would write it for the endpoints of a scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.engines import PRICE
from benchmarks.provider import Provider


@dataclass(frozen=True, slots=True)
class Spot:
    """One endpoint of a scenario; `more` is what its user would tell us of it, such as its published limit."""

    place: str
    model: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def untold(self) -> "Spot":
        """The same, of whose limits nobody told us."""
        return replace(self, more={name: value for name, value in self.more.items() if name != "limits"})


def config(
    provider: Provider, spots: Sequence[Spot], budgets: Sequence[Mapping[str, Any]] = (), **route: Any
) -> dict[str, Any]:
    steps = [{"endpoint": spot.place} for spot in spots]
    return {
        "endpoints": [_endpoint(provider, spot) for spot in spots],
        "routes": [{"task": "extract", "steps": steps, **route}],
        "budgets": list(budgets),
    }


def _endpoint(provider: Provider, spot: Spot) -> dict[str, Any]:
    return {
        "name": spot.place,
        "provider": "openai",
        "model": spot.model,
        "base_url": provider.at(spot.place),
        "price": PRICE,
        **spot.more,
    }
