"""A document's own chunks are ranked for a question: by words, their forms, phrases, and what the value looks like."""

from time import process_time
from typing import get_args

import pytest

from extraction.retrieval import Index, Query, query_of
from extraction.retrieval.index import without_running_lines
from extraction.retrieval.looks import Look, is_contents, shows
from extraction.shape import Field

FILLER = "The parties act in good faith and keep each other informed of what matters"
LOOKS: tuple[Look, ...] = get_args(Look)
CONTENTS = "1. Definitions ........ 4\n2. Use of Proceeds ........ 17\n3. Warranty ........ 21\n4. Notices ........ 30"


def _first(texts: list[str], *weights: tuple[str, float], look: Look | None = None) -> int:
    return Index(texts).ranked(Query(weights, look))[0]


def test_a_rare_word_counts_more_than_one_that_is_everywhere() -> None:
    """Rare within this document: that is what tells its chunks apart."""
    texts = ["the borrower pays", "the borrower repays early", "the borrower and the guarantor", "the borrower"]
    assert _first(texts, ("borrower", 1.0), ("guarantor", 1.0)) == 2


def test_a_word_in_another_form_is_found() -> None:
    """But the word itself is better."""
    assert _first([FILLER, "either side terminates it", FILLER], ("termination", 1.0)) == 1
    assert _first(["it terminates then", "its termination"], ("termination", 1.0)) == 1


def test_a_phrase_is_more_than_its_words() -> None:
    """`governed by` is said of the law; both words alone are said of much."""
    texts = ["by the board, governed as it is", "it is governed by the laws of Utah", "by all"]
    assert _first(texts, ("governed by", 1.0)) == 1


def test_what_looks_like_the_value_comes_first() -> None:
    """Of two chunks that speak of the date, the one that states one."""
    texts = ["the closing date is agreed by both", "the closing date is 5 May 2026 for both", FILLER]
    assert _first(texts, ("closing date", 1.0), look="date") == 1
    assert _first(texts[::-1], ("closing date", 1.0), look="date") == 1


def test_the_value_stands_beside_its_label() -> None:
    """Of two chunks with the words and an amount, the one in which they belong together."""
    apart = f"The rent of the mill is due monthly. {FILLER}. {FILLER}. {FILLER}. A key costs 25.00 USD."
    texts = [apart, f"{FILLER}. {FILLER}. {FILLER}. The rent of the mill is 900.00 USD.", FILLER]
    assert _first(texts, ("rent", 1.0), ("mill", 1.0), look="amount") == 1
    assert _first(texts[1::-1], ("rent", 1.0), ("mill", 1.0), look="amount") == 0


def test_a_table_of_contents_says_nothing() -> None:
    """It holds the words of every heading and no value."""
    texts = [CONTENTS, FILLER, "2. Use of Proceeds. The Borrower shall use the loans to buy mills.", FILLER]
    assert _first(texts, ("use of proceeds", 1.0), ("proceeds", 1.0)) == 2


def test_a_chunk_beside_a_good_one_is_better_than_one_far_away() -> None:
    """A clause may be cut in two."""
    texts = [f"{FILLER} warranty", FILLER, f"{FILLER} warranty", "warranty warranty period means", FILLER]
    assert Index(texts).ranked(Query((("warranty", 1.0), ("warranty period", 1.0))))[:2] == [3, 2]


def test_every_chunk_is_ranked() -> None:
    """Where nothing is found the document's order does: a search in the wrong language finds nothing."""
    assert Index(["a b", "c d", "e f"]).ranked(Query((("zzz", 1.0),))) == [0, 1, 2]


def test_a_name_finds_its_clause_in_another_language() -> None:
    """The schema is English, the document is not."""
    texts = [
        "Nordwind GmbH, Kiel",
        "Es gilt deutsches Recht, Gerichtsstand ist Kiel.",
        "Zahlbar binnen 30 Tagen netto.",
    ]
    index = Index(texts)
    assert index.ranked(query_of(Field("governing_law", "text")))[0] == 1
    assert index.ranked(query_of(Field("payment_terms", "text")))[0] == 2


@pytest.mark.parametrize(
    ("look", "text", "other"),
    [
        ("date", "on 03/04/2026", "on a day"),
        ("date", "am 4. März 2026", "am Tag"),
        ("amount", "US$ 2,000,000", "two sums"),
        ("amount", "1.234,50 EUR", "EUR"),
        ("period", "for two (2) years", "for years"),
        ("period", "binnen 30 Tagen", "binnen Tagen"),
        ("party", "by Nordwind Tools Inc.", "by the company"),
        ("share", "2.50% p.a.", "2.50"),
        ("share", "two percent", "two"),
        ("address", "100 Wharf Street", "100 wharves"),
        ("address", "24103 Kiel", "2410 keels"),
        ("figure", "no. 7", "no. seven"),
    ],
)
def test_a_look_is_told_from_none(look: Look, text: str, other: str) -> None:
    """Generously: it is a hint and no check."""
    assert shows(look, text)
    assert not shows(look, other)


def test_a_price_list_is_no_table_of_contents() -> None:
    """Its lines end with figures, too."""
    assert is_contents(CONTENTS)
    assert not is_contents("Pipe 8 mm   40   2.50\nPipe 9 mm   40   3.50\nPipe 10 mm   40   4.50\nPipe 11   2   5")


def test_what_runs_along_with_the_pages_is_not_searched() -> None:
    """A printer's date on every page makes none of them speak of a date."""
    texts = [f"Clause {number}: the closing date\n1/27/26, 5:08 PM page {number}/9" for number in range(9)]
    texts[4] = texts[4].replace("date\n", "date is 5 May 2026\n")
    assert without_running_lines(texts)[0] == "Clause 0: the closing date"
    assert _first(texts, ("closing date", 1.0), look="date") == 4
    assert without_running_lines(texts[:3]) == texts[:3]


@pytest.mark.parametrize(
    "said", ["1", "1,", "1 ", "1 000 ", "A", "A & ", "Aa, ", "may ", ". ", "....", "one (1) ", "$ "]
)
def test_a_text_made_to_be_slow_is_searched_in_no_time(said: str) -> None:
    """Whoever sends a document may choose its words: time must not grow with the square of them."""
    texts = [f"total one q{number} {said * (15_000 // len(said))}" for number in range(3)]
    began = process_time()
    index = Index(texts)
    for look in LOOKS:
        index.ranked(Query((("total", 1.0), ("one", 1.0)), look))
    assert process_time() - began < 3
