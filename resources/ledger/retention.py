"""What is kept, and for how long: a statement a kind, in steps so short that nobody waits behind them."""

from typing import Literal, get_args

from resources.ledger.connections import Book

Kind = Literal["calls", "samples", "answers", "payloads", "alerts", "conditions"]
KINDS: tuple[Kind, ...] = get_args(Kind)
A_STEP = 5_000  # rows


class Retention(Book):
    topic = "retention"

    def purge(self, kind: Kind, days: int, limit: int = A_STEP) -> int:
        """Let go of one kind of rows that are older than so many days; how many those were."""
        gone = 0
        while True:
            with self._transaction() as connection:
                step = self._run(connection, f"purge_{kind}", {"days": days, "limit": limit}).rowcount
            gone += step
            if step < limit:
                return gone
