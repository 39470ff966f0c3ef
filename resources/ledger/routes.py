"""Where unsorted documents went: one row a place, in the transaction that takes the document out of its feed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from resources.ledger.connections import Book


@dataclass(frozen=True, slots=True)
class Route:
    """A document of an intake, and its copy in the feed that it belongs to."""

    place: str
    doc_id: str
    feed: str
    date: str
    to_feed: str
    to_place: str
    why: str
    run_id: str


@dataclass(frozen=True, slots=True)
class Went:
    """Where an earlier version went."""

    place: str
    to_feed: str
    to_place: str


class Routes(Book):
    topic = "routes"

    def keep(self, route: Route) -> bool:
        """The document went there; False when its place holds another version by now."""
        values = asdict(route)
        with self._transaction() as connection:
            if self._run(connection, "mark_routed", values).rowcount != 1:
                return False
            for name in ("close_review_of_routed", "close_letter_of_routed", "end_replay_of_routed", "keep_route"):
                self._run(connection, name, values)
        return True

    def known(self, places: Sequence[str]) -> dict[str, Went]:
        """Where these places' documents went, of those that did."""
        return {row[0]: Went(*row) for row in self._rows("known_routes", places=list(places))}

    def forget(self, places: Sequence[str]) -> None:
        with self._transaction() as connection:
            self._run(connection, "forget_routes", {"places": list(places)})
