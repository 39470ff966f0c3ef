"""How the providers were on one day: how fast, how often they failed and why, and when one was left alone."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

import dagster as dg

from assets import charts, pages
from assets.charts import Spread, Stretch
from assets.operations.days import begin_of, day_of
from assets.partitions import days
from resources.ledger import Ledger
from resources.ledger.figures import Percentiles, Usage
from resources.ledger.levels import Turn

SAID, LONGEST_WHY = 3, 80  # a summary is read at a glance; the tables have the rest
SHUT = ("open", "quarantined")
PHASES = {"left alone": "#c92a2a", "tried again": "#f08c00", "in full use": charts.PALE}
COLOUR_OF = {"open": PHASES["left alone"], "quarantined": PHASES["left alone"], "ramping": PHASES["tried again"]}


@dg.asset(
    partitions_def=days,
    group_name="operations",
    kinds={"postgres"},
    description=f"{__doc__}\n\nThe day is that of the calls, in UTC.",
)
def provider_health(context: dg.AssetExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.MaterializeResult[None]:
    day = day_of(context.partition_key)
    ledger.figures.gather()
    begin = begin_of(day)
    end = begin + timedelta(days=1)
    page = health_page(
        day,
        ledger.figures.usage(day, day),
        ledger.figures.percentiles(day, day),
        bands(ledger.levels.turns(begin, end), begin, end, min(end, datetime.now(begin.tzinfo))),
    )
    return dg.MaterializeResult(metadata=page)


Band = tuple[datetime, datetime, Turn]


def bands(turns: Sequence[Turn], begin: datetime, end: datetime, now: datetime) -> dict[str, list[Band]]:
    """From when to when each endpoint was in a phase; what lasts lasts until now, or until the day ended."""
    found: dict[str, list[Band]] = defaultdict(list)
    last: dict[str, Turn] = {}
    for turn in turns:
        if turn.endpoint in last:
            _add(found, last[turn.endpoint], begin, turn.at)
        last[turn.endpoint] = turn
    for turn in last.values():
        _add(found, turn, begin, min(now, end))
    return dict(found)


def _add(found: dict[str, list[Band]], turn: Turn, begin: datetime, until: datetime) -> None:
    start = max(turn.at, begin)
    if until > start:
        found[turn.endpoint].append((start, until, turn))


def health_page(
    day: date, usage: Sequence[Usage], percentiles: Sequence[Percentiles], lasted: Mapping[str, Sequence[Band]]
) -> pages.Metadata:
    asked = [row for row in usage if row.outcome != "cached"]
    attempts, failed = sum(row.attempts for row in asked), sum(row.attempts for row in asked if row.outcome == "failed")
    alone = {endpoint: minutes for endpoint, some in lasted.items() if (minutes := _minutes_alone(some))}
    slowest = max((each.p99_s for each in percentiles), default=0.0)
    names = sorted({row.endpoint for row in asked} | set(lasted))
    return {
        "summary": pages.sentences(_sentences(day, attempts, failed, percentiles, lasted)),
        "latency_by_endpoint": dg.MetadataValue.md(
            charts.spreads(
                f"Seconds to an answer on {day}, by endpoint",
                [Spread(each.endpoint, each.p50_s, each.p95_s, each.p99_s) for each in percentiles],
            )
        ),
        "breakers_over_the_day": dg.MetadataValue.md(_timeline(day, names, lasted)),
        "attempts": attempts,
        "failed_attempts": failed,
        "error_rate": failed / attempts if attempts else 0.0,
        "slowest_p99_s": round(slowest, 3),
        "minutes_left_alone": round(sum(alone.values()), 1),
        "endpoints": _endpoints(asked, percentiles, alone),
        "errors_by_class": _errors(asked),
    }


def _sentences(
    day: date,
    attempts: int,
    failed: int,
    percentiles: Sequence[Percentiles],
    lasted: Mapping[str, Sequence[Band]],
) -> Iterator[str]:
    if not attempts:
        yield f"Nothing was asked on {day}."
    else:
        share = f"{failed / attempts:.1%} failed"
        yield f"**{attempts - failed:,} of {attempts:,} requests** were answered on {day} ({share})."
    for each in sorted(percentiles, key=lambda row: -row.answers)[:SAID]:
        yield f"{each.endpoint}: half of its answers took under {each.p50_s:.1f} s, 99 of 100 under {each.p99_s:.1f} s."
    alone = sorted(lasted, key=lambda endpoint: -_minutes_alone(lasted[endpoint]))
    alone = [endpoint for endpoint in alone if _minutes_alone(lasted[endpoint])]
    for endpoint in alone[:SAID]:
        yield _left_alone(endpoint, lasted[endpoint])
    if len(alone) > SAID:
        yield f"{len(alone) - SAID} more endpoints were left alone for a while: see the table."


def _left_alone(endpoint: str, some: Sequence[Band]) -> str:
    first = next(band for band in some if band[2].phase in SHUT)
    why = first[2].why if len(first[2].why) <= LONGEST_WHY else f"{first[2].why[:LONGEST_WHY]}…"
    minutes = f"**{endpoint} was left alone for {_minutes_alone(some):,.0f} min**"
    return f"{minutes}, first at {first[0]:%H:%M} UTC{f': {why}' if why else ''}."


def _minutes_alone(some: Iterable[Band]) -> float:
    return sum((end - begin).total_seconds() / 60 for begin, end, turn in some if turn.phase in SHUT)


def _timeline(day: date, names: Sequence[str], lasted: Mapping[str, Sequence[Band]]) -> str:
    begin = begin_of(day)
    rows = {
        name: [
            Stretch(_share(start, begin), _share(end, begin), COLOUR_OF[turn.phase])
            for start, end, turn in lasted.get(name, ())
            if turn.phase in COLOUR_OF
        ]
        for name in names
    }
    ticks = [(hour / 24, f"{hour:02}:00") for hour in (4, 8, 12, 16, 20)]
    return charts.timeline(f"Breakers on {day}, UTC", rows, ticks, PHASES)


def _share(moment: datetime, begin: datetime) -> float:
    return (moment - begin) / timedelta(days=1)


def _endpoints(
    asked: Sequence[Usage], percentiles: Sequence[Percentiles], alone: Mapping[str, float]
) -> dg.TableMetadataValue:
    took = {each.endpoint: each for each in percentiles}
    rows = []
    for name in sorted({row.endpoint for row in asked} | set(alone)):
        own = [row for row in asked if row.endpoint == name]
        attempts = sum(row.attempts for row in own)
        failed = sum(row.attempts for row in own if row.outcome == "failed")
        rows.append(
            (
                name,
                f"{attempts:,}",
                f"{failed / attempts:.1%}" if attempts else "-",
                *_seconds(took.get(name)),
                f"{alone.get(name, 0):,.0f}",
            )
        )
    return pages.table(("endpoint", "requests", "failed", "p50 (s)", "p95 (s)", "p99 (s)", "left alone (min)"), rows)


def _seconds(took: Percentiles | None) -> tuple[str, str, str]:
    return (f"{took.p50_s:.2f}", f"{took.p95_s:.2f}", f"{took.p99_s:.2f}") if took else ("-", "-", "-")


def _errors(asked: Sequence[Usage]) -> dg.TableMetadataValue:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in asked:
        if row.outcome == "failed":
            counts[row.endpoint, row.error] += row.attempts
    rows = sorted(counts.items(), key=lambda each: -each[1])
    return pages.table(
        ("endpoint", "error", "requests"), [(endpoint, error, f"{count:,}") for (endpoint, error), count in rows]
    )
