"""What there is to tell of a document's way, and what is told where nobody listens: nothing, at the cost of a call."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:  # the relay needs no engine
    from resources.llm.watching import Watch

Fact = str | int | float | bool | None


class Span(Protocol):
    """One stretch of work."""

    def note(self, **facts: Fact) -> None:
        """What became known of it meanwhile; dots of a name are written as two underscores."""

    def failed(self, why: str, kind: str) -> None: ...


class Outgoing(Protocol):
    """Events on their way to the sink, a span each."""

    def traceparent(self, event_id: str) -> str:
        """What the event carries, so that who receives it goes on with the trace; empty: nothing."""

    def over(self, refused: Mapping[str, Exception]) -> None:
        """The rest of them arrived."""


class Told(Protocol):
    """What is known of an event that is to leave."""

    @property
    def event_id(self) -> object: ...
    @property
    def doc_id(self) -> str: ...
    @property
    def feed(self) -> str: ...
    @property
    def type(self) -> str: ...


class Spans(Protocol):
    def document(self, doc_id: str, **facts: Fact) -> AbstractContextManager[Span]:
        """The first span of a document's trace: its reading."""

    def stage(self, name: str, doc_id: str, **facts: Fact) -> AbstractContextManager[Span]:
        """A later stretch of its way; requests to models made within are below it."""

    def outgoing(self, told: Sequence[Told]) -> Outgoing: ...

    @property
    def watches(self) -> "Sequence[Watch]":
        """For an engine: a span a request."""

    def flush(self) -> None:
        """Whatever is not yet told, now; never for long."""


class _Nothing:
    def __enter__(self) -> Self:
        return self

    def __exit__(self, _k: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        """Nothing was begun."""

    def note(self, **facts: Fact) -> None:
        """Nobody listens."""

    def failed(self, why: str, kind: str) -> None:
        """Nobody listens."""

    def traceparent(self, event_id: str) -> str:
        return ""

    def over(self, refused: Mapping[str, Exception]) -> None:
        """Nobody listens."""


_NOTHING = _Nothing()


class Silence:
    watches: "Sequence[Watch]" = ()

    def document(self, doc_id: str, **facts: Fact) -> AbstractContextManager[Span]:
        return _NOTHING

    def stage(self, name: str, doc_id: str, **facts: Fact) -> AbstractContextManager[Span]:
        return _NOTHING

    def outgoing(self, told: Sequence[Told]) -> Outgoing:
        return _NOTHING

    def flush(self) -> None:
        """Nothing was told."""
