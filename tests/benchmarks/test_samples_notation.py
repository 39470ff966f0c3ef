from datetime import date
from decimal import Decimal
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.samples.dice import Dice
from benchmarks.samples.goods import add_up, draw_lines
from benchmarks.samples.letter import write_prose
from benchmarks.samples.mail_words import mail_words_of
from benchmarks.samples.message import TOPICS, draw_message
from benchmarks.samples.notation import Notation, draw_notation
from benchmarks.samples.parties import draw_pair, plain
from benchmarks.samples.words import LANGUAGES, words_of

AMOUNT, DAY = Decimal("1234.56"), date(2026, 3, 9)


def notation(language: str, currency: str, seed: int = 1) -> Notation:
    return draw_notation(Dice(seed), words_of(language), currency)


@pytest.mark.parametrize(
    ("language", "currency", "shown"),
    [
        ("en", "USD", "1,234.56"),
        ("de", "EUR", "1.234,56"),
        ("fr", "EUR", "1\u00a0234,56"),
        ("es", "EUR", "1.234,56"),
        ("de", "CHF", "1'234.56"),
        ("fr", "CHF", "1'234.56"),
    ],
)
def test_numbers_follow_language_and_country(language: str, currency: str, shown: str) -> None:
    """The same amount is written in the manner of its language, in Switzerland of its country."""
    assert notation(language, currency).number(AMOUNT) == shown


@given(st.decimals(min_value="-9999999", max_value="9999999", places=2))
def test_number_can_be_read_back(value: Decimal) -> None:
    """Notation loses nothing."""
    german = notation("de", "EUR").number(value)
    assert Decimal(german.replace(".", "").replace(",", ".")) == value


def test_dates_are_written_in_several_forms() -> None:
    """Numeric, with the month's name, and as ISO writes them."""
    shown = {notation(language, "EUR", seed).day(DAY) for language in ("en", "de", "es") for seed in range(20)}
    assert {"2026-03-09", "9 March 2026", "09.03.2026", "9. März 2026", "09/03/2026", "9 de marzo de 2026"} <= shown


def test_money_carries_its_currency_on_either_side() -> None:
    """As a sign or a code, before or after."""
    shown = {notation("de", "EUR", seed).money(AMOUNT) for seed in range(20)}
    assert shown == {"1.234,56 €", "1.234,56 EUR", "EUR 1.234,56"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_languages_say_the_same_things(language: str) -> None:
    """No language lacks a word that another has."""
    here, english = words_of(language), words_of("en")
    for part in ("goods", "titles", "labels", "columns", "sums"):
        assert getattr(here, part).keys() == getattr(english, part).keys(), part
    assert set(here.currencies) == set(here.countries)


@pytest.mark.parametrize("language", LANGUAGES)
def test_mails_say_the_same_things(language: str) -> None:
    """Every topic has its sentences in every language, with the same facts in them."""
    here, english = mail_words_of(language), mail_words_of("en")
    assert (here.labels.keys(), here.leads.keys()) == (english.labels.keys(), english.leads.keys())
    for topic, texts in english.texts.items():
        theirs = [_places(text.core + text.rest) for text in here.texts[topic]]
        assert theirs == [_places(text.core + text.rest) for text in texts], topic


def _places(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", TOPICS)
def test_no_place_stays_unfilled(language: str, topic: str) -> None:
    """A letter holds facts, not templates."""
    message = draw_message(Dice(4), words_of(language), 1, topic)
    shown = notation(language, message.currency)
    letter = write_prose(Dice(4), mail_words_of(language), shown, message)
    assert not {"{", "}"} & set("".join((letter.subject, letter.greeting, *letter.sentences)))


@given(seed=st.integers(0, 10_000), count=st.integers(1, 60), discounted=st.booleans())
def test_lines_add_up(seed: int, count: int, discounted: bool) -> None:
    """What is drawn agrees with itself to the cent."""
    lines = draw_lines(Dice(seed), words_of("it"), count, discounted)
    sums = add_up(lines, Decimal(3), Decimal(80), Decimal(22))
    assert sums.net == sum(line.total for line in lines) - (sums.discount or 0) + 80
    assert sums.total == sums.net + (sums.tax or 0)
    assert all(line.quantity > 0 and line.unit_price > 0 for line in lines)


@given(seed=st.integers(0, 10_000))
def test_no_article_comes_twice(seed: int) -> None:
    """An article number tells the lines of a document apart."""
    lines = draw_lines(Dice(seed), words_of("en"), 200, discounted=False)
    assert len({line.article for line in lines}) == 200


@given(seed=st.integers(0, 10_000))
def test_parties_differ(seed: int) -> None:
    """Nobody writes to himself."""
    one, other = draw_pair(Dice(seed), words_of("fr"), "France")
    assert one.stem != other.stem


def test_names_of_files_and_domains_are_plain() -> None:
    """A name that every file system and mail header can hold."""
    assert plain("Tannrode & Söhne") == "Tannrode-Soehne"
    assert plain("Conferma d'ordine n.º 3") == "Conferma-d-ordine-n-o-3"


@given(seed=st.text(max_size=20), low=st.integers(-50, 50), span=st.integers(0, 50))
def test_dice_stay_within_bounds(seed: str, low: int, span: int) -> None:
    """Both ends may come, nothing beyond them."""
    dice = Dice(seed)
    assert all(low <= dice.between(low, low + span) <= low + span for _ in range(20))


def test_dice_weigh() -> None:
    """What weighs nothing never comes, what weighs most comes most."""
    dice = Dice("weights")
    drawn = [dice.weighted({"a": 0.7, "b": 0.0, "c": 0.3}) for _ in range(400)]
    assert 200 < drawn.count("a") < 340
    assert "b" not in drawn
