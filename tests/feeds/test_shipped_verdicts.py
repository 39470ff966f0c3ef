from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.samples import FEEDS, Sample
from benchmarks.samples.shipping import bad_samples, gold_samples, good_samples
from extraction.chunking import Chunk, chunk
from extraction.dialogue import Ask, Reply, Search, converse
from extraction.feed import Feed
from extraction.parsing import Unreadable, parse
from extraction.verdict import Verdict

SHIPPED = [
    pytest.param(feed, sample, id=f"{feed}-{sample.name}")
    for feed in FEEDS
    for sample in (*good_samples(feed), *bad_samples(feed), *gold_samples(feed))
]


@pytest.mark.parametrize(("feed", "sample"), SHIPPED)
def test_reader_who_makes_no_mistake_gets_the_expected_verdict(
    feed_named: Callable[[str], Feed], feed: str, sample: Sample
) -> None:
    """What a shipped sample is expected to become depends on the document, not on luck with a model."""
    try:
        document = parse(sample.name, sample.content)
    except Unreadable:
        assert sample.expected == "dead"
        return
    chunks = chunk("doc", document)
    talk = converse(feed_named(feed), document, chunks)
    verdict = _told(talk, chunks, sample.truth or {})
    assert verdict.kind == sample.expected, verdict.reasons


def _told(talk: Any, chunks: tuple[Chunk, ...], truth: dict[str, Any]) -> Verdict:
    wanted = next(talk)
    while True:
        told = list(chunks[: wanted.limit]) if isinstance(wanted, Search) else _honest_reply(wanted, truth)
        try:
            wanted = talk.send(told)
        except StopIteration as end:
            verdict: Verdict = end.value
            return verdict


def _honest_reply(ask: Ask, truth: dict[str, Any]) -> Reply:
    shown = ask.prompt.rpartition("<document>")[2]
    answer = {name: _seen(truth[name], shown) for name in ask.schema["properties"]}
    complaint = ask.accept(answer)
    return Reply(answer, complaint is None, str(complaint) if complaint else None, "honest", degraded=False)


def _seen(value: Any, shown: str) -> Any:
    """Of the lines of a long table, those in the part that was shown."""
    if not isinstance(value, list):
        return value
    return [row for row in value if not isinstance(row, dict) or (row.get("article_number") or "") in shown]
