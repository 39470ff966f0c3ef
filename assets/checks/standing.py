"""Conditions that no run of a partition sees: what lasts too long, judged feed by feed by the feed's own limits."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import dagster as dg

from assets.checks.check import Check
from assets.checks.conditions import Conditions, failed_runs
from assets.checks.finding import OFFENDERS, Finding, Measure, Number, hours, judged, seconds, worst
from extraction.limits import Checks, Limits
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.conditions import Lasting

REVIEWS = Check(
    "no_review_item_waits_too_long",
    "extractions",
    "People decide on what needs them before it is forgotten.",
    "python -m pipeline_defs review list shows what waits, oldest first; approve, correct or reject it there.",
    query="select feed, date, place, created_at from weir.review_items where resolved_at is null order by created_at",
    limits="checks.review_age_h",
    standing=True,
)
WAITS = Check(
    "no_document_waits_too_long",
    "extractions",
    "Documents that wait for a provider or for money do not come near the end of their feed's patience.",
    "python -m pipeline_defs health says who can be asked. Mend the key, the limit or the budget in LLM_CONFIG; the "
    "sensor waiting_documents asks again by itself.",
    query="select feed, date, cause, count(*), min(waiting_since) from weir.documents where status = 'waiting' "
    "group by 1, 2, 3",
    limits="checks.waiting_age_h",
    standing=True,
)
BROKEN = Check(
    "no_partition_stays_broken",
    "extractions",
    "A partition that failed, or whose gate closed, is seen to within days.",
    "Open the partition in the table: read its failed run or check, mend what it names and materialize it again; what "
    "may go as it is, let go with release_partition.",
    query="select date, feed, state, reason, at from weir.releases where state = 'closed' order by at",
    limits="checks.broken_age_h",
    standing=True,
)
AGE = Check(
    "released_events_leave_at_once",
    "deliveries",
    "What is released is downstream within minutes.",
    "Is the relay running (python -m pipeline_defs relay, its /ready)? The table has what the sink said; "
    "python -m pipeline_defs outbox lists what it refused for good.",
    query="select feed, place, released_at, attempts, last_error from weir.outbox "
    "where published_at is null and released_at is not null order by released_at limit 50",
    limits="checks.outbox_age_s",
    standing=True,
)
DEPTH = Check(
    "the_outbox_is_short",
    "deliveries",
    "Events do not pile up before the sink.",
    "More relays share the work (each takes what is due); a sink that is slow for good needs more capacity.",
    query="select feed, count(*) from weir.outbox where published_at is null and released_at is not null group by 1",
    limits="checks.outbox_depth",
    standing=True,
)


def _reviews(seen: Conditions) -> Finding:
    found = by_feed(seen, REVIEWS, seen.ledger.conditions.reviews(), "review items", hours)
    return found.showing(
        lambda: [
            {"feed": feed, "day": day, "document": place, "open for": hours(age_h)}
            for feed, day, place, age_h in seen.ledger.conditions.oldest_reviews(OFFENDERS)
        ]
    )


def _waits(seen: Conditions) -> Finding:
    found = by_feed(seen, WAITS, seen.ledger.conditions.waits(), "waiting documents", hours)
    return found.showing(
        lambda: [
            {"feed": feed, "day": day, "documents": str(count), "cause": cause, "waiting for": hours(age_h)}
            for feed, day, count, cause, age_h in seen.ledger.conditions.longest_waits(OFFENDERS)
        ]
    )


def _broken(seen: Conditions) -> Finding:
    partitions = sorted([*seen.ledger.conditions.broken(), *failed_runs(seen)], key=lambda each: -each.hours)
    oldest: dict[str, Lasting] = {}
    for each in partitions:
        before = oldest.get(each.feed, Lasting(each.feed, 0, each.hours))
        oldest[each.feed] = Lasting(each.feed, before.count + 1, before.oldest)
    found = by_feed(seen, BROKEN, oldest.values(), "broken partitions", hours)
    return found.showing(
        lambda: [
            {"partition": f"{each.date}|{each.feed}", "for": hours(each.hours), "why": each.why} for each in partitions
        ]
    )


def _age(seen: Conditions) -> Finding:
    return by_feed(seen, AGE, seen.ledger.conditions.due(), "due events", seconds).showing(lambda: _due(seen))


def _depth(seen: Conditions) -> Finding:
    deep = [Lasting(each.feed, each.count, each.count) for each in seen.ledger.conditions.due()]
    return by_feed(seen, DEPTH, deep, "due events", lambda count: f"{count:,.0f}").showing(lambda: _due(seen))


def _due(seen: Conditions) -> Sequence[Mapping[str, str]]:
    return [
        {"feed": feed, "document": place, "event": type_, "released for": seconds(age_s), "the sink said": why}
        for feed, _, place, type_, why, age_s in seen.ledger.conditions.oldest_due(OFFENDERS)
    ]


def by_feed(seen: Conditions, check: Check, found: Iterable[Lasting], of: str, unit: Callable[[float], str]) -> Finding:
    """Each feed by its own limits; the check is as bad as its worst feed, and names those that are over."""
    lasting = list(found)
    name = check.limits.removeprefix("checks.")
    findings = [_judged(each, seen.limits(each.feed), name, check, of, unit) for each in lasting]
    bad = [finding for finding in findings if not finding.passed]
    numbers: dict[str, Number] = {
        name: max((each.oldest for each in lasting), default=0.0),
        "count": sum(each.count for each in lasting),
        "feeds_over_their_limit": len(bad),
    }
    said = "; ".join(finding.sentence for finding in bad or findings)
    return Finding(worst(findings), said or f"0 {of}", numbers)


def _judged(each: Lasting, checks: Checks, name: str, check: Check, of: str, unit: Callable[[float], str]) -> Finding:
    limits: Limits = getattr(checks, name)
    said = f"{each.feed}: {each.count:,} {of}, the worst {unit(each.oldest)}"
    measure = Measure(name, each.oldest, each.count, of, said, unit, {})
    return judged(measure, limits, f"{check.limits} in {each.feed}/feed.yaml")


STANDING: Mapping[Check, Callable[[Conditions], Finding]] = {
    REVIEWS: _reviews,
    WAITS: _waits,
    BROKEN: _broken,
    AGE: _age,
    DEPTH: _depth,
}


def _standing(check: Check, look: Callable[[Conditions], Finding]) -> dg.AssetChecksDefinition:
    @check.step()
    def looked(context: dg.AssetCheckExecutionContext, ledger: dg.ResourceParam[Ledger]) -> dg.AssetCheckResult:
        finding = look(Conditions(ledger, Environment.read().feeds_dir, context.instance))
        context.log.info(f"{check.name}: {finding.sentence}")
        return check.report(finding)

    return looked


STANDING_CHECKS = [_standing(check, look) for check, look in STANDING.items()]
