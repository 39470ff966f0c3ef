"""When people are told: once when something is wrong, once more when it gets worse, once when it is well again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from resources.ledger.alerts import Condition, Standing

Kind = Literal["failed", "worse", "recovered"]
_RANK = {"well": 0, "warn": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Sighting:
    """How something was seen to stand, with all that people need to know of it.

    Work that a run left undone keeps its condition up until runs have done all of it: `left` and `does`. Where days
    follow each other in one condition, `of_day` is the day that was looked at.
    """

    condition: str
    standing: Standing
    seen_at: datetime
    feed: str
    owner: str
    partition: str
    what: str
    reason: str
    remedy: str
    url: str
    left: Sequence[str] = field(default=())
    does: Sequence[str] = field(default=())
    of_day: str = ""


def judge(before: Condition | None, seen: Sighting) -> tuple[Condition, Kind | None]:
    """How it stands now, and what people are told of that, if anything."""
    if before is None:
        before = Condition(seen.condition, "well", "well", seen.seen_at)
    elif seen.seen_at <= before.seen_at or seen.of_day < before.of_day:
        return before, None
    needs = sorted({*before.needs} - {*seen.does} | {*seen.left})
    standing: Standing = before.standing if seen.standing == "well" and needs else seen.standing
    told: Standing = "well" if standing == "well" else max(before.told, standing, key=_RANK.__getitem__)
    return Condition(seen.condition, standing, told, seen.seen_at, needs, seen.of_day), _kind(before.told, told)


def _kind(before: Standing, now: Standing) -> Kind | None:
    if before == now:
        return None
    if now == "well":
        return "recovered"
    return "failed" if before == "well" else "worse"


def settle(known: Mapping[str, Condition], seen: Sequence[Sighting]) -> tuple[list[Condition], list[dict[str, Any]]]:
    """What stands after all of it, in the order in which it was seen, and the alerts that makes."""
    standing, alerts = dict(known), []
    for each in seen:
        after, kind = judge(standing.get(each.condition), each)
        if after.standing == "well" and each.condition not in standing:
            continue  # it was well and is: nothing to remember
        standing[each.condition] = after
        if kind:
            alerts.append(_alert(each, kind))
    return [each for name, each in standing.items() if each is not known.get(name)], alerts


def _alert(seen: Sighting, kind: Kind) -> dict[str, Any]:
    names = ("condition", "standing", "feed", "owner", "partition", "what", "reason", "remedy", "url")
    return {"kind": kind, "seen_at": seen.seen_at.isoformat(), **{name: getattr(seen, name) for name in names}}
