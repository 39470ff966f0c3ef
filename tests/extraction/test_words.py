"""Texts are compared by their words, and found where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.words import Words, folded, terms

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "MUELLER"),
        ("Straße", "strasse"),
        ("Société", "societe"),
        ("Łódź", "lodz"),
        ("Ørsted", "Oersted"),
        ("ﬁnal", "final"),
        ("São", "SAO"),
    ],
)
def test_one_word_in_two_spellings_is_one(one: str, other: str) -> None:
    """Case, accents, ligatures, umlauts written out."""
    assert folded(one) == folded(other)


def test_letters_and_figures_are_two_words() -> None:
    """30days and 30 days are the same."""
    assert terms("30days") == terms("30 days") == ["30", "days"]


@given(TEXTS)
def test_every_word_is_where_it_says(text: str) -> None:
    """The offsets of a word cut it out of the text."""
    words = Words(text)
    assert [folded(text[start:end]) for start, end in zip(words.starts, words.ends, strict=True)] == words.texts


@given(TEXTS, TEXTS, TEXTS)
def test_what_stands_in_a_text_is_found_there(before: str, value: str, after: str) -> None:
    """Whatever stands around it."""
    words = Words(f"{before} {value} {after}")
    assert bool(terms(value)) == bool(list(words.runs(value)))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Liefer-\nbedingung", "Lieferbedingung"),
        ("Nordwind\n   Werkzeuge", "nordwind werkzeuge"),
        ("A.C.M.E.", "ACME"),
        ("AB 1234", "AB-1234"),
        ("東京都千代田区", "千代田"),
    ],
)
def test_what_stands_between_words_does_not_matter(text: str, value: str) -> None:
    """Line ends, hyphens, dots, blanks; and scripts that have none."""
    assert list(Words(text).runs(value))


@pytest.mark.parametrize(("text", "value"), [("Nordwindpark", "Nordwind"), ("12345", "234"), ("", "x"), ("x", "")])
def test_part_of_a_word_is_not_the_word(text: str, value: str) -> None:
    """A value does not begin or end inside a word."""
    assert not list(Words(text).runs(value))


def test_runs_are_bounded() -> None:
    """A word that stands everywhere is looked up no more often than asked."""
    assert len(list(Words("x " * 500).runs("x", 10))) == 10
