"""What a request asks and what is answered, whichever provider's wire it came on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Form = Literal["text", "json", "schema", "tool"]
Stop = Literal["end", "tool", "length", "refusal", "filtered"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the conversation."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A request for an answer; `lasting` is what every request of its kind brings, like the schema."""

    model: str
    turns: tuple[Turn, ...]
    form: Form = "text"
    schema: Mapping[str, Any] | None = None
    tool: str | None = None
    max_tokens: int | None = None
    stream: bool = False
    wants_usage: bool = True
    lasting: str = ""
    cacheable: str = ""

    @property
    def ends_with_prefill(self) -> bool:
        """Whether the last message is the beginning of the answer."""
        return bool(self.turns) and self.turns[-1].role == "assistant"

    @property
    def text(self) -> str:
        """All that was said, for counting and matching."""
        return "\n".join(turn.text for turn in self.turns)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one exchange; cached and written ones are part of the input."""

    input_tokens: int
    output_tokens: int = 0
    cached_tokens: int = 0
    written_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, before a wire gives it its shape."""

    reply_id: str
    model: str
    created: int
    text: str
    stop: Stop
    usage: Usage
    tool: str | None = None
    refusal: str | None = None
