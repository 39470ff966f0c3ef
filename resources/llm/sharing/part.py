"""What shares a table: it collects news, merges them under the rows' locks, and adopts what came of it.

Only `merge` runs in a thread, and it may read nothing that the others change. Time in news is monotonic, time in
rows is the board's; `merge` sees both, and `adopt` is given the monotonic moment at which the board's was read.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from resources.llm.sharing.board import Json


class News(Protocol):
    """What happened here since the last exchange, and what is wanted; immutable."""

    @property
    def rows(self) -> Sequence[str]:
        """The names of the rows it concerns."""


N = TypeVar("N", bound=News)
V = TypeVar("V")


class Part(Protocol[N, V]):
    """One table's share in an exchange. All but `merge` is called in the event loop's thread."""

    @property
    def table(self) -> str: ...

    @property
    def urgent(self) -> bool:
        """Something has to be told or asked now, not within the second."""

    @property
    def restless(self) -> bool:
        """What others see matters more than usual: exchange ten times a second."""

    def listen(self, wake: Callable[[], None]) -> None:
        """Called once; the part calls `wake` when it becomes urgent or restless."""

    def take_news(self, last: bool) -> N:
        """What to tell; with `last` all that is leased is given back, for this process ends."""

    def merge(self, news: N, rows: Mapping[str, Json], board_now_s: float) -> tuple[Mapping[str, Json], V]:
        """Rows to write, and what this process is to know. A row of another model is an unknown row."""

    def adopt(self, view: V, now_s: float) -> None:
        """The board's word, as of `now_s`; what happened here since `take_news` still stands on top of it."""

    def put_back(self, news: N) -> None:
        """The board is away: decide alone, and keep what must not be lost."""
