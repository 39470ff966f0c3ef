"""Events in an outbox, made as the pipeline makes them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from resources.ledger import Ledger
from resources.ledger.documents import Arrival
from resources.ledger.outbox import Refusal, Told
from resources.ledger.places import Place
from resources.ledger.verdicts import Finding, Versions, Work

DAY, FEED = "2026-11-19", "quotes"


def accept(ledger: Ledger, *places: str, feed: str = FEED, endpoint: str = "gpt", version: int = 1) -> None:
    """Each place gets a new version whose record is accepted: its next event, held by the gate."""
    work = Work(DAY, feed, "run", Versions("s", "p", "r"))
    marks = [(place, f"{place}-{version}") for place in places]
    ledger.places.note(feed, [Place(place, date.fromisoformat(DAY), mark) for place, mark in marks])
    ledger.documents.arrive(DAY, feed, "run", [Arrival(place, mark, mark, 1) for place, mark in marks])
    for lease in ledger.verdicts.claim(work, "none", "", 1000):
        finding = Finding("accepted", {"place": lease.place, "version": version}, endpoint=endpoint)
        ledger.verdicts.commit(work, lease, finding)


def release(ledger: Ledger, feed: str = FEED) -> None:
    ledger.gate.open_by_hand(DAY, feed, "ada", "looked at it")


def told(ledger: Ledger, *places: str, feed: str = FEED, endpoint: str = "gpt", version: int = 1) -> None:
    """The same, released."""
    accept(ledger, *places, feed=feed, endpoint=endpoint, version=version)
    release(ledger, feed)


class Taker:
    """What a sink would do: takes events, or refuses those of some places."""

    def __init__(self, *refused: str, wait_s: float = 3600.0, final: bool = False, counts: bool = True) -> None:
        self.refused = set(refused)
        self.taken: list[tuple[str, int]] = []
        self.ids: list[UUID] = []
        self._how = {"wait_s": wait_s, "final": final, "counts": counts}

    def __call__(self, batch: Sequence[Told]) -> list[Refusal]:
        good = [each for each in batch if each.place not in self.refused]
        self.taken += [(each.place, each.number) for each in good]
        self.ids += [each.event_id for each in good]
        bad = [each for each in batch if each.place in self.refused]
        return [Refusal(each.seq, "not today", **self._how) for each in bad]  # type: ignore[arg-type]
