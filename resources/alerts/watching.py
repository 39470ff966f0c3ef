"""From what was seen to messages: one a feed, its owner and a channel."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from resources.alerts.conditions import Sighting, settle
from resources.ledger import Ledger
from resources.ledger.alerts import Condition, Message

A_MESSAGE = 50  # alerts: a night in which everything fails is several messages, none too long to be taken


def note(ledger: Ledger, watch: str, position: int, seen: Sequence[Sighting], channels: Sequence[str]) -> int:
    """Keep what was seen up to a position; how many messages that makes."""

    def decide(known: Mapping[str, Condition]) -> tuple[list[Condition], list[Message]]:
        conditions, alerts = settle(known, seen)
        return conditions, messages(alerts, channels)

    return ledger.alerts.note(watch, position, sorted({each.condition for each in seen}), decide)


def messages(alerts: Sequence[Mapping[str, Any]], channels: Sequence[str]) -> list[Message]:
    """Alerts grouped by feed and owner, for every channel."""

    def whose(alert: Mapping[str, Any]) -> tuple[str, str]:
        return alert["feed"], alert["owner"]

    made = []
    for (feed, owner), group in groupby(sorted(alerts, key=whose), key=whose):
        some = list(group)
        for first in range(0, len(some), A_MESSAGE):
            part = some[first : first + A_MESSAGE]
            made += [Message(uuid5(NAMESPACE_URL, _marks(each, part)), each, feed, owner, part) for each in channels]
    return made


def _marks(channel: str, alerts: Sequence[Mapping[str, Any]]) -> str:
    """The same telling has the same marks."""
    return "\n".join([f"weir:alert:{channel}", *(f"{a['condition']} {a['kind']} {a['seen_at']}" for a in alerts)])
