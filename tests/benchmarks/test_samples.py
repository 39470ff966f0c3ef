from itertools import islice
from pathlib import Path

import pytest
from pydantic import ValidationError

from benchmarks.samples import FEEDS, Plan, Sample, generate, make
from benchmarks.samples.docx_layouts import DOCX_LAYOUTS
from benchmarks.samples.mail_styles import MAIL_STYLES
from benchmarks.samples.making import KINDS, breaks_of
from benchmarks.samples.pdf_layouts import PDF_LAYOUTS
from benchmarks.samples.words import LANGUAGES
from benchmarks.samples.xlsx_layouts import XLSX_LAYOUTS
from extraction.feed import load_feed
from extraction.parsing import Unreadable, parse

FEEDS_DIR = Path(__file__).parents[2] / "feeds"
SCHEMAS = {feed: load_feed(FEEDS_DIR / feed).schema for feed in FEEDS}
RUN = {feed: tuple(generate(11, feed, 160)) for feed in FEEDS}
FLAWS = [(feed, layout, flaw) for feed, kind in KINDS.items() for layout in kind.layouts for flaw in kind.flaws]
BREAKS = [(feed, layout, case) for feed, kind in KINDS.items() for layout in kind.layouts for case in breaks_of(layout)]


@pytest.mark.parametrize("feed", FEEDS)
def test_same_seed_makes_the_same_bytes(feed: str) -> None:
    """A sample is its seed: bytes, name, truth and all."""
    assert tuple(generate(11, feed, 20)) == RUN[feed][:20]


@pytest.mark.parametrize("feed", FEEDS)
def test_another_seed_makes_others(feed: str) -> None:
    """Ten thousand documents of two seeds share none."""
    assert not {sample.content for sample in generate(12, feed, 20) if sample.content} & {
        sample.content for sample in RUN[feed]
    }


@pytest.mark.parametrize("feed", FEEDS)
def test_more_samples_do_not_change_those_before(feed: str) -> None:
    """A sample depends on its place, not on how many are wanted."""
    assert list(islice(generate(11, feed, 10_000), 12)) == list(RUN[feed][:12])


@pytest.mark.parametrize("feed", FEEDS)
def test_no_two_samples_share_a_name_or_bytes(feed: str) -> None:
    """The inbox keeps files by name, and the ledger takes equal bytes for duplicates."""
    readable = [sample for sample in RUN[feed] if sample.expected != "dead"]
    assert len({sample.name for sample in RUN[feed]}) == len(RUN[feed])
    assert len({sample.content for sample in readable}) == len(readable)


@pytest.mark.parametrize("feed", FEEDS)
def test_truth_of_an_accepted_sample_is_a_record(feed: str) -> None:
    """What is expected to pass is valid, and written as the model writes it."""
    for sample in (sample for sample in RUN[feed] if sample.expected == "accepted"):
        assert SCHEMAS[feed].model_validate(sample.truth).model_dump(mode="json") == sample.truth, sample.note


@pytest.mark.parametrize(("feed", "layout", "flaw"), FLAWS)
def test_flaw_ends_in_review(feed: str, layout: str, flaw: str) -> None:
    """A flawed document is readable, says what it says, and breaks a rule of its schema."""
    sample = make(5, feed, 1, Plan(layout, "de", flaw))
    assert sample.expected == "review"
    assert parse(sample.name, sample.content).text
    with pytest.raises(ValidationError):
        SCHEMAS[feed].model_validate(sample.truth)


@pytest.mark.parametrize(("feed", "layout", "case"), BREAKS)
def test_broken_file_cannot_be_read(feed: str, layout: str, case: str) -> None:
    """A file that is expected dead has no truth, and the parsers refuse it."""
    sample = make(5, feed, 1, Plan(layout, "en", case))
    assert (sample.expected, sample.truth) == ("dead", None)
    with pytest.raises(Unreadable):
        parse(sample.name, sample.content)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_layout_occurs_in_every_language(feed: str) -> None:
    """Five turns through the layouts leave no combination out."""
    seen = {tuple(sample.note.split(", ")[:2]) for sample in RUN[feed]}
    assert seen == {(layout, language) for layout in KINDS[feed].layouts for language in LANGUAGES}


def test_there_are_as_many_layouts_as_promised() -> None:
    """Five PDF layouts and three workbooks for quotes, four and three for deals, six styles of mail."""
    quotes, deals = set(KINDS["supplier_quotes"].layouts), set(KINDS["deals"].layouts)
    assert len(quotes & set(PDF_LAYOUTS)) >= 5
    assert len(quotes & set(XLSX_LAYOUTS)) >= 3
    assert len(deals & set(PDF_LAYOUTS)) >= 4
    assert len(deals & set(DOCX_LAYOUTS)) >= 3
    assert len(set(MAIL_STYLES)) >= 6


@pytest.mark.parametrize("feed", FEEDS)
def test_most_samples_are_clean(feed: str) -> None:
    """A benchmark measures the usual day: some review, few dead letters, mail is always readable."""
    outcomes = [sample.expected for sample in generate(3, feed, 400)]
    assert 0.88 < outcomes.count("accepted") / 400 < 0.98
    assert outcomes.count("review")
    assert bool(outcomes.count("dead")) == (feed != "supplier_messages")


def test_tables_run_over_pages() -> None:
    """Now and then a quote has a hundred lines, whose header is repeated on each page."""
    sample = make(5, "supplier_quotes", 1, Plan("letter", "en", lines=120))
    document = parse(sample.name, sample.content)
    pages = [document.text[span.start : span.end] for span in document.spans]
    assert len(pages) > 2
    assert all("Description" in page for page in pages[:-1])
    assert "Carried forward" in pages[1]


@pytest.mark.parametrize("feed", FEEDS)
def test_truth_stands_in_the_file(feed: str) -> None:
    """Texts of the truth are printed as they are; a reader can find them."""
    for sample in (sample for sample in RUN[feed][:60] if sample.truth):
        text = " ".join(parse(sample.name, sample.content).text.split())
        missing = [value for value in _texts(sample) if " ".join(value.split()) not in text]
        assert missing == [], sample.note


def _texts(sample: Sample) -> list[str]:
    names = ("supplier", "customer", "buyer", "quote_number", "document_number", "order_reference", "payment_terms")
    truth = sample.truth or {}
    listed = [line["description"] for line in truth.get("line_items") or truth.get("lines") or []]
    return [truth[name] for name in names if truth.get(name)] + listed
