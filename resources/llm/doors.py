"""What one call knows of the endpoints of its route, and in which order it would have them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from resources.llm.endpoints import Endpoint, Route, Step
from resources.llm.errors import EndpointFailed
from resources.llm.routing import Refused


@dataclass(slots=True, eq=False)
class Door:
    """What is known of one step within this call."""

    step: Step
    not_before_s: float
    failures: int = 0
    shut: bool = False
    awaited: bool = False
    last: EndpointFailed | None = None
    refused: Refused | None = None

    @property
    def endpoint(self) -> Endpoint:
        return self.step.endpoint

    def is_ready(self, now_s: float) -> bool:
        return self.not_before_s <= now_s

    def is_of_use(self, latest_s: float) -> bool:
        """Whether it may still be asked by then."""
        return not self.shut and (self.not_before_s < latest_s or self.refused is not None)

    def failed(self, error: EndpointFailed) -> None:
        self.failures += 1
        self.last, self.refused = error, None
        self.shut = self.shut or not error.again

    def turned_away(self, refusal: Refused) -> None:
        self.refused = refusal
        self.shut = self.shut or refusal.for_good
        self.not_before_s = max(refusal.until_s, refusal.now_s + 0.001)


def in_order(doors: Iterable[Door], of_tier: int) -> list[Door]:
    """This tier first, then the stronger ones, then the weaker ones; second best last."""

    def rank(door: Door) -> tuple[bool, bool, int]:
        tier = door.step.tier
        return door.step.degraded, tier < of_tier, abs(tier - of_tier)

    return sorted(doors, key=rank)


def shut_smaller(doors: Iterable[Door], than: Endpoint) -> None:
    """What one model could not read, the same model elsewhere cannot, nor one that reads less."""
    for door in doors:
        window, known = door.endpoint.context_window_tokens, than.context_window_tokens
        reads_no_more = window is not None and known is not None and window <= known
        door.shut = door.shut or door.endpoint.model == than.model or reads_no_more


def first_tier(route: Route, tier: int, chars: int) -> int:
    """Where a call begins: what is long counts as hard; the lowest tier there is, where nothing says more."""
    tiers = sorted({step.tier for step in route.steps if not step.degraded}) or [1]
    is_complex = route.complex_above_chars is not None and chars > route.complex_above_chars
    wanted = max(tier, tiers[min(1, len(tiers) - 1)] if is_complex else tiers[0])
    return next((each for each in tiers if each >= wanted), tiers[-1])


def why_none(refused: Sequence[Refused | None]) -> str:
    spent = next((each for each in refused if each and each.by == "budget"), None)
    return f"as {spent.why}" if spent else "as no endpoint is left to ask"
