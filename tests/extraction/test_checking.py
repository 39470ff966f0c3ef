"""A document is read once and every value looked up: that says what reading it again for each value would say."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.samples import generate
from extraction.checking import check
from extraction.document import Document, Span
from extraction.feed import load_feed
from extraction.grounding import Evidence, ground
from extraction.labels import Label
from extraction.parsing import Unreadable, parse
from extraction.placeholders import is_placeholder
from extraction.shape import Field, shape_of
from extraction.source import Source
from extraction.values import cleaned
from resources.environment import ROOT

NAMES = ("invoice_total", "due_date", "value", "net", "order_number")
PIECES = ("invoice", "total", "due", "date", "value", "net", "order", "number", "12.50", "3", "2026-03-04", "1.000,00",
          "4/5/2026", "x" * 70, "lorem ipsum", "\n")  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40).map(" ".join)


def source_of(text: str) -> Source:
    return Source(Document(text, (Span(0, len(text), 1, "page 1"),), "text/plain"))


def samples(feed: str) -> Iterator[tuple[Document, dict[str, Any], Field]]:
    shape = shape_of(load_feed(ROOT / "feeds" / feed).schema)
    for sample in generate(23, feed, 25):
        try:
            if sample.truth is not None:
                yield parse(sample.name, sample.content), sample.truth, shape
        except Unreadable:
            continue


def alone(record: dict[str, Any], document: Document, shape: Field) -> Iterator[Evidence]:
    """The evidence of each plain value, of a record of that value and a document read for it."""
    for field in shape.fields:
        if not field.has_list and (value := record.get(field.name)) is not None:
            yield from ground({field.name: value}, Source(document), shape)


@pytest.mark.parametrize("feed", ["supplier_quotes", "deals", "supplier_messages"])
def test_values_looked_up_together_stand_where_each_stands_alone(feed: str) -> None:
    """What was looked up before, and how often, changes nothing."""
    compared = 0
    for document, truth, shape in samples(feed):
        record = cleaned(truth, shape).value
        together = {each.path: each for each in ground(record, Source(document), shape)}
        for each in alone(record, document, shape):
            assert together[each.path] == each
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("feed", ["supplier_quotes", "deals", "supplier_messages"])
def test_a_document_that_was_asked_before_says_the_same_again(feed: str) -> None:
    for document, truth, shape in samples(feed):
        used = Source(document)
        check(json.loads(json.dumps(truth).replace("1", "7")), used, shape)
        assert check(truth, used, shape) == check(truth, Source(document), shape)


@given(texts, st.sampled_from(NAMES))
def test_a_label_is_beside_what_it_stands_right_before(text: str, name: str) -> None:
    """Eighty characters from where the label begins, found by search or by looking at each word."""
    source, words = source_of(text), name.split("_")
    for places in source.numbers.values():
        direct = any(
            0 < start - at < 80 for word in words for at in direct_starts(text, word) for start, _ in places[:32]
        )
        assert Label(name, source).is_beside(places) == direct


@given(texts, st.sampled_from(NAMES))
def test_a_label_is_elsewhere_where_it_stands_before_another_number(text: str, name: str) -> None:
    source, words = source_of(text), name.split("_")
    starts = [direct_starts(text, word) for word in words]
    numbers = [start for places in source.numbers.values() for start, _ in places]
    tells = all(starts) and not {"date", "value", "number"}.issuperset(words)
    for places in source.numbers.values():
        near = any(closeness(at, start) > 0.1 for each in starts for at in each for start, _ in places)
        before = any(all(any(0 < start - at < 80 for at in each) for each in starts) for start in numbers)
        assert Label(name, source).is_elsewhere(places, "number") == (tells and not near and before)


def direct_starts(text: str, word: str) -> list[int]:
    return [at for at in range(len(text)) if text.startswith(word, at)]


def closeness(label: int, start: int) -> float:
    return 1 - (start - label) / 160 if label < start else 0.5 - (label - start) / 160


@given(texts)
def test_numbers_and_dates_begin_in_the_order_of_the_text(text: str) -> None:
    source = source_of(text)
    for starts, found in ((source.number_starts, source.numbers), (source.date_starts, source.dates)):
        assert all(one <= other for one, other in pairwise(starts))
        assert {start for places in found.values() for start, _ in places} == set(starts)


@given(st.text("N/A -—.<>[]{}_?xn0159", max_size=12))
def test_what_holds_a_figure_is_no_placeholder_but_for_a_template_field(text: str) -> None:
    if any(figure in text for figure in "123456789") and "{" not in text:
        assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["{{total_1}}", "{5}", "0000-00-00", "N/A", " {{ 1 }}"])
def test_a_template_field_is_a_placeholder_whatever_it_holds(text: str) -> None:
    assert is_placeholder(text)
