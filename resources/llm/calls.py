"""A question, how its answer is judged, and the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from resources.llm.messages import Image
from resources.llm.store import Attempt

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Complaint(Protocol):
    """What is wrong with an answer: in words for the model, and how much of it, so that the best can be told."""

    @property
    def text(self) -> str: ...

    @property
    def weight(self) -> float: ...


Accept = Callable[[Any], Complaint | None]
"""The parsed JSON (or the bare text, where it was none) -> None, or what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A question; `fresh` asks again although an answer is kept, `tier` begins with a stronger model."""

    task: str
    system: str
    prompt: str
    schema: Mapping[str, Any]
    schema_name: str
    max_tokens: int
    prompt_version: str
    fresh: bool = False
    tier: int = 1
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The best answer of a call and what all of it cost; `attempts` are the rows the store does not hold yet."""

    value: Any
    text: str
    accepted: bool
    complaint: str | None
    endpoint: str
    model: str
    degraded: bool
    cached: bool
    attempts: tuple[Attempt, ...]
    cost_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Embedded:
    """Vectors of one model; `attempts` are rows the store does not hold yet."""

    vectors: "NDArray[float32]"
    model: str
    endpoint: str
    attempts: tuple[Attempt, ...]
