"""What a board has to be: rows that one process at a time changes, and one clock for all of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

Json = dict[str, Any]
Rows = Mapping[str, Mapping[str, Json]]
"""Rows by table and name."""


class Board(Protocol):
    """Where rows are kept; called from a thread."""

    def change(self, wanted: Mapping[str, Sequence[str]], change: Callable[[Rows, float], Rows]) -> None:
        """One transaction: the wanted rows are locked in one order, `change` is given those that hold something
        and the board's time in epoch seconds, read under the locks; what it returns is written. Any error is
        "away": nothing was written, as far as can be known.
        """
