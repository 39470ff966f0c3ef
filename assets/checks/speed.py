"""Checks of how long documents take: in time, as fast as usual, and few of them far slower than most."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding, Measure, judged, seconds, times
from assets.checks.scene import FEWEST_DAYS, Scene
from resources.ledger.measures import Seconds

UNNOTICED_S = 2.0  # below this nobody minds how many times the usual it is

_SLOW = (
    "select place, latency_s, endpoint from weir.extractions where feed = 'FEED' and date = 'DAY' "
    "order by latency_s desc limit 50"
)
IN_TIME = Check(
    "documents_are_decided_in_time",
    "extractions",
    "99 of 100 documents are decided within the feed's seconds, from first question to verdict.",
    "The table shows the slowest. Long lists: raise retrieval.pass_chars; a slow provider: set a hedge in LLM_CONFIG, "
    "or prefer: latency.",
    query=_SLOW,
    limits="checks.p99_s",
    conduct=True,
)
AS_USUAL = Check(
    "documents_are_as_fast_as_usual",
    "extractions",
    "p95 of a document is about what it was in the week before.",
    "Compare the endpoints' latency (python -m pipeline_defs health) and the number of rounds: a provider slowed down, "
    "or prompt.md or schema.py asks for more than before.",
    query="select date, percentile_cont(0.95) within group (order by latency_s) from weir.extractions "
    "where feed = 'FEED' and date > 'DAY'::date - 8 group by 1 order by 1",
    limits="checks.p95_times_usual",
    conduct=True,
)
FEW_SLOW = Check(
    "few_documents_take_far_longer_than_most",
    "extractions",
    "p95 of a document is not many times its median.",
    "The table shows the slowest: where they are long, raise retrieval.pass_chars; where they are not, one endpoint is "
    "slow at times: set a hedge for the route in LLM_CONFIG.",
    query=_SLOW,
    limits="checks.p95_times_p50",
    conduct=True,
)


def _in_time(scene: Scene) -> Finding:
    took = scene.seconds
    said = f"99 of 100 of {took.documents:,} documents took at most {seconds(took.p99_s)}"
    measure = Measure("p99_s", took.p99_s, took.documents, "documents", said, seconds, {"documents": took.documents})
    return judged(measure, scene.limits.p99_s, IN_TIME.place(scene.feed)).showing(lambda: _slowest(scene))


def _as_usual(scene: Scene) -> Finding:
    limits, took = scene.limits.p95_times_usual, scene.seconds
    days = [each.p95_s for each in scene.seconds_before if each.documents >= limits.min_count]
    if len(days) < FEWEST_DAYS:
        said = (
            f"p95 is {seconds(took.p95_s)}; {len(days)} days of the week before can be compared with, of {FEWEST_DAYS}"
        )
        return Finding("none", said, {"p95_s": took.p95_s})
    measure = _against(took, "p95_times_usual", median(days), "in the week before")
    return judged(measure, limits, AS_USUAL.place(scene.feed)).showing(lambda: _week(scene))


def _few_slow(scene: Scene) -> Finding:
    measure = _against(scene.seconds, "p95_times_p50", scene.seconds.p50_s, "in the median")
    return judged(measure, scene.limits.p95_times_p50, FEW_SLOW.place(scene.feed)).showing(lambda: _slowest(scene))


def _against(took: Seconds, name: str, usual_s: float, where: str) -> Measure:
    """How many times the usual; what nobody would notice counts as usual."""
    ratio = took.p95_s / usual_s if usual_s else 0.0
    value = ratio if took.p95_s > UNNOTICED_S else min(ratio, 1.0)
    said = f"95 of 100 documents took at most {seconds(took.p95_s)}, {seconds(usual_s)} {where}"
    numbers = {"p95_s": took.p95_s, "usual_s": usual_s, "documents": took.documents}
    return Measure(name, value, took.documents, "documents", said, times, numbers)


def _slowest(scene: Scene) -> Sequence[Mapping[str, str]]:
    rows = scene.measures.slow_documents(*scene.where, OFFENDERS)
    return [
        {"document": place, "took": seconds(took_s), "endpoint": endpoint or "", "verdict": verdict}
        for place, took_s, endpoint, verdict in rows
        if took_s > scene.seconds.p50_s
    ]


def _week(scene: Scene) -> Sequence[Mapping[str, str]]:
    days = sorted([*scene.seconds_before, scene.seconds], key=lambda each: each.date, reverse=True)
    return [{"day": each.date, "documents": str(each.documents), "p95": seconds(each.p95_s)} for each in days]


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {IN_TIME: _in_time, AS_USUAL: _as_usual, FEW_SLOW: _few_slow}
