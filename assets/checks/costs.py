"""Checks of what documents cost: the usual tokens, the money that was meant, caches that go on saving."""

from collections.abc import Callable, Mapping, Sequence

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding, Measure, judged, percent, times, usd
from assets.checks.scene import FEWEST_DAYS, Scene

UNNOTICED_TOKENS = 5_000  # a document that takes no more is nobody's concern

_LARGE = (
    "select doc_id, sum(input_tokens + output_tokens) as tokens, sum(cost_usd) from weir.last_calls "
    "where partition = 'DAY|FEED' group by 1 order by 2 desc limit 50"
)
TOKENS = Check(
    "documents_take_their_usual_tokens",
    "extractions",
    "Tokens a document are about what they were in the week before.",
    "Look for what grew: longer documents, more rounds (few_answers_have_to_be_asked_for_again), a longer prompt.md or "
    "schema.py.",
    query="select partition, sum(input_tokens + output_tokens) / count(distinct doc_id) from weir.llm_calls "
    "where feed = 'FEED' and asset = 'extractions' and started_at > now() - interval '8 days' group by 1 order by 1",
    limits="checks.tokens_times_usual",
    conduct=True,
)
KIN = Check(
    "no_document_is_far_larger_than_its_kin",
    "extractions",
    "No document takes many times the tokens of the feed's usual one: it would be no kin of theirs, or meant to cost.",
    "Look at the documents in the table: what belongs elsewhere, move; what is meant to cost, take out of the inbox.",
    query=_LARGE,
    limits="checks.times_its_kin",
    conduct=True,
)
DOCUMENT = Check(
    "a_document_costs_what_it_may",
    "extractions",
    "What a document costs on average stays under the feed's limit.",
    "See which endpoints were asked and how often: begin with a cheaper model (tier), allow fewer rounds, or raise the "
    "limit.",
    query=_LARGE,
    limits="checks.usd_a_document",
    conduct=True,
)
DAY = Check(
    "a_day_costs_what_it_may",
    "extractions",
    "What the documents of a day cost together stays under the feed's limit.",
    "If the day was only larger, raise the limit; a budget in LLM_CONFIG refuses what a limit only tells.",
    query=_LARGE,
    limits="checks.usd_a_day",
    conduct=True,
)
CACHED = Check(
    "prompts_are_cached_as_usual",
    "extractions",
    "Where a provider's cache used to save a share of the input, it still does.",
    "Something at the beginning of the prompt changes from call to call, or the calls are too far apart: compare "
    "cached_tokens before and after the last change of prompt.md, schema.py or LLM_CONFIG.",
    query="select partition, endpoint, sum(cached_tokens)::float / nullif(sum(input_tokens), 0) from weir.llm_calls "
    "where feed = 'FEED' and asset = 'extractions' and started_at > now() - interval '8 days' group by 1, 2 order by 1",
    limits="checks.uncached_tokens",
    conduct=True,
)


def _tokens(scene: Scene) -> Finding:
    today, days = scene.calls, scene.calls_before
    documents = sum(each.documents for each in days)
    if len(days) < FEWEST_DAYS:
        return _nothing_to_compare(f"a document took {today.tokens_a_document:,.0f} tokens", len(days))
    usual = sum(each.tokens_a_document * each.documents for each in days) / documents
    said = f"a document took {today.tokens_a_document:,.0f} tokens, {usual:,.0f} in the week before"
    numbers = {"tokens_a_document": today.tokens_a_document, "usual_tokens": usual, "documents": today.documents}
    value = today.tokens_a_document / usual if usual else 0.0
    measure = Measure("tokens_times_usual", value, today.documents, "documents", said, times, numbers)
    return judged(measure, scene.limits.tokens_times_usual, TOKENS.place(scene.feed)).showing(lambda: _largest(scene))


def _kin(scene: Scene) -> Finding:
    found = scene.measures.kin(scene.keys, scene.partition.key)
    value = found.most_tokens / found.usual_tokens if found.usual_tokens else 0.0
    said = f"the largest document took {found.most_tokens:,} tokens, where {found.usual_tokens:,.0f} are usual"
    noticed = value if found.most_tokens > UNNOTICED_TOKENS else min(value, 1.0)
    numbers = {"usual_tokens": found.usual_tokens, "most_tokens": found.most_tokens, "documents": found.documents}
    measure = Measure("times_its_kin", noticed, found.documents, "documents", said, times, numbers)
    limits = scene.limits.times_its_kin
    least = max(limits.warn * found.usual_tokens, UNNOTICED_TOKENS)
    return judged(measure, limits, KIN.place(scene.feed)).showing(lambda: _largest(scene, least))


def _document(scene: Scene) -> Finding:
    calls = scene.calls
    said = f"{calls.documents:,} documents cost {usd(calls.usd_a_document)} each"
    numbers = {"cost_usd": float(calls.cost_usd), "documents": calls.documents}
    measure = Measure("usd_a_document", calls.usd_a_document, calls.documents, "documents", said, usd, numbers)
    return judged(measure, scene.limits.usd_a_document, DOCUMENT.place(scene.feed)).showing(lambda: _largest(scene))


def _day(scene: Scene) -> Finding:
    calls = scene.calls
    said = f"the {calls.documents:,} documents of the day cost {usd(float(calls.cost_usd))}"
    numbers = {"documents": calls.documents}
    measure = Measure("usd_a_day", float(calls.cost_usd), calls.documents, "documents", said, usd, numbers)
    return judged(measure, scene.limits.usd_a_day, DAY.place(scene.feed)).showing(lambda: _largest(scene))


def _cached(scene: Scene) -> Finding:
    """A feed whose prompts were never long enough to be cached is told nothing."""
    limits, today, days = scene.limits.uncached_tokens, scene.calls, scene.calls_before
    said = f"a provider's cache saved {percent(1 - today.uncached)} of {today.input_tokens:,} input tokens"
    if len(days) < FEWEST_DAYS:
        return _nothing_to_compare(said, len(days))
    sent = sum(each.input_tokens for each in days)
    before = 1 - sum(each.cached_tokens for each in days) / sent if sent else 1.0
    if before > limits.warn:
        return Finding("none", f"{said}, and {percent(1 - before)} in the week before", {"uncached": today.uncached})
    numbers = {"uncached_before": before, "attempts": today.attempts}
    measure = Measure("uncached", today.uncached, today.attempts, "calls", said, percent, numbers)
    finding = judged(measure, limits, CACHED.place(scene.feed))
    return finding.showing(lambda: _saved(scene))


def _nothing_to_compare(said: str, days: int) -> Finding:
    return Finding("none", f"{said}; {days} days of the week before can be compared with, of {FEWEST_DAYS}", {})


def _largest(scene: Scene, least: float = 0.0) -> Sequence[Mapping[str, str]]:
    rows = scene.measures.large_documents(scene.partition.key, scene.partition.feed, OFFENDERS)
    return [
        {"document": place, "tokens": f"{tokens:,}", "cost": usd(float(cost))}
        for place, tokens, cost in rows
        if tokens > least
    ]


def _saved(scene: Scene) -> Sequence[Mapping[str, str]]:
    days = sorted([*scene.calls_before, scene.calls], key=lambda each: each.partition, reverse=True)
    return [
        {"day": each.partition.partition("|")[0], "saved": percent(1 - each.uncached), "calls": str(each.attempts)}
        for each in days
    ]


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {
    TOKENS: _tokens,
    KIN: _kin,
    DOCUMENT: _document,
    DAY: _day,
    CACHED: _cached,
}
