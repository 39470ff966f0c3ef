"""The check that no endpoint is left alone for long; one that nobody wanted since is shut only until somebody asks."""

from collections.abc import Iterable, Sequence

import dagster as dg

from assets.checks.check import Check
from assets.checks.finding import Finding, Measure, judged, seconds
from extraction.limits import Limits
from resources.ledger import Ledger
from resources.ledger.conditions import ShutEndpoint
from resources.llm.resource import LlmResource

LIMITS = Limits(warn=300, error=3600, min_count=1)
WANTED_S = 3600.0  # what nobody wanted for so long says nothing of now

ENDPOINTS = Check(
    "no_endpoint_is_left_alone_for_long",
    "provider_health",
    "Every configured endpoint that is wanted can be called, or is again within 5 minutes (an error after an hour).",
    "The table says why. auth, quota: mend the key or the account; unavailable, timeouts: wait for the provider (its "
    "status page) or move it down the route in LLM_CONFIG; calls go on elsewhere meanwhile.",
    query="select endpoint, phase, why, at from weir.llm_breaker_turns order by turn desc limit 50",
    standing=True,
)


def left_alone(found: Sequence[ShutEndpoint], configured: Iterable[str]) -> Finding:
    """Of the endpoints that are configured now and were wanted lately."""
    names = set(configured)
    shut = [each for each in found if each.endpoint in names and each.idle_s < WANTED_S]
    longest = max(shut, key=lambda each: each.for_s, default=None)
    alone = f"{len(shut)} of {len(names)} endpoints are left alone or tried again"
    said = f"{alone}, {longest.endpoint} for {seconds(longest.for_s)}: {longest.why}" if longest else alone
    measure = Measure("left_alone_s", longest.for_s if longest else 0.0, len(names), "endpoints", said, seconds, {})
    rows = [
        {"endpoint": each.endpoint, "phase": each.phase, "for": seconds(each.for_s), "why": each.why}
        for each in sorted(shut, key=lambda each: -each.for_s)
        if each.for_s > LIMITS.warn
    ]
    return judged(measure, LIMITS, "not a setting").showing(lambda: rows)


@ENDPOINTS.step()
def no_endpoint_is_left_alone_for_long(
    context: dg.AssetCheckExecutionContext, ledger: dg.ResourceParam[Ledger], llm: LlmResource
) -> dg.AssetCheckResult:
    finding = left_alone(ledger.conditions.shut_endpoints(), [each.name for each in llm.load().endpoints])
    context.log.info(f"{ENDPOINTS.name}: {finding.sentence}")
    return ENDPOINTS.report(finding)
