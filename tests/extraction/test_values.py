"""An answer is read as what it means, and what is no value is missing."""

import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from extraction.placeholders import is_placeholder
from extraction.shape import Field, shape_of
from extraction.values import cleaned, is_empty, storable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def shape(**fields: Any) -> Field:
    return shape_of(type("Record", (BaseModel,), {"__annotations__": fields}))


PLACEHOLDERS = (
    *(
        "N/A",
        "n/a",
        "N.A.",
        "NA",
        "none",
        "null",
        "unknown",
        "Unknown.",
        "TBD",
        "t.b.d.",
        "-",
        "--",
        "—",
        "",
        "  ",
        "?",
    ),
    *("not found", "Not specified", "not_available", "(not stated)", "<total>", "[date]", "{{name}}", "___", "..."),
    *("keine Angabe", "k.A.", "nicht angegeben", "non spécifié", "no disponible", "YYYY-MM-DD", "0000-00-00", "xxx"),
    *("Nicht verfügbar", "nicht zutreffend", "entfällt", "ohne Angabe", "non précisé", "sin especificar", "no consta"),
    *(
        "niet van toepassing",
        "non indicato",
        "não informado",
        "NÃO APLICÁVEL",
        "nieznany",
        "brak danych",
        "ikke oplyst",
    ),
    *(
        "не указано",
        "Нет данных",
        "Н/Д",
        "不明",
        "該当なし",
        "未知",
        "不适用",
        "없음",
        "해당 없음",
        "غير معروف",
        "okänd",
    ),
    *("not found in the document", "Not specified in the text", "`null`", '""', "·"),
    *("\u200b", "N/A\u200b", "«unknown»", "(empty)", "does not apply"),
)
REAL = (
    "0",
    "NATO",
    "Nil Desperandum Ltd",
    "Unknown Pleasures Inc",
    "A-1",
    "12-34",
    "x",
    "Dash",
    "Notable Foundry",
    "Keine Sorge GmbH",
    "Todo Muebles SA",
    "Null & Partner",
    "pending",
    "void",
    "S",
    "なし木工業",
    "нетто",
    "Aucun Souci SARL",
)


@pytest.mark.parametrize("text", PLACEHOLDERS)
def test_placeholders_are_no_values(text: str) -> None:
    """In the languages of the documents, in any case and wrapping."""
    assert is_placeholder(text)


@pytest.mark.parametrize("text", REAL)
def test_real_values_are_no_placeholders(text: str) -> None:
    """Although they look like one."""
    assert not is_placeholder(text)


def test_a_placeholder_becomes_null_and_is_told() -> None:
    """The model hears of it; the record never holds it."""
    result = cleaned({"name": "N/A", "total": "TBD"}, shape(name=str, total=Decimal))
    assert result.value == {"name": None, "total": None}
    assert [(problem.path, problem.kind) for problem in result.problems] == [
        ("name", "placeholder"),
        ("total", "placeholder"),
    ]


def test_an_empty_text_is_null_without_a_word() -> None:
    """Nothing is what it says."""
    result = cleaned({"name": " "}, shape(name=str))
    assert (result.value, result.problems) == ({"name": None}, [])


def test_a_choice_may_be_called_unknown() -> None:
    """What the schema allows is a value."""
    from typing import Literal

    result = cleaned({"kind": "unknown"}, shape(kind=Literal["unknown", "none"]))
    assert (result.value, result.problems) == ({"kind": "unknown"}, [])


def test_a_choice_is_known_in_any_case() -> None:
    """eur is EUR."""
    from typing import Literal

    assert cleaned({"currency": "eur"}, shape(currency=Literal["EUR", "USD"])).value == {"currency": "EUR"}


@pytest.mark.parametrize(
    ("written", "number"),
    [("1234.50", "1234.50"), ("1.234,50 €", "1234.50"), ("USD 12.00", "12.00"), ("1e3", "1E+3"), (" 7 ", "7")],
)
def test_a_number_may_come_as_text(written: str, number: str) -> None:
    """A weaker model prints it as the document does."""
    result = cleaned({"total": written}, shape(total=Decimal))
    assert (result.value, result.problems) == ({"total": Decimal(number)}, [])


def test_a_text_that_is_no_number_is_told() -> None:
    """Nothing is guessed."""
    result = cleaned({"total": "see page 2 and 3"}, shape(total=Decimal))
    assert [(problem.path, problem.kind) for problem in result.problems] == [("total", "type")]


def test_a_date_may_come_as_it_is_printed() -> None:
    """If there is one way to read it; else it is left for the model's own error."""
    from datetime import date

    dates = shape(issued=date)
    assert cleaned({"issued": "19. November 2026"}, dates).value == {"issued": "2026-11-19"}
    assert cleaned({"issued": "04/05/2026"}, dates).value == {"issued": "04/05/2026"}


def test_a_number_for_a_text_is_that_text() -> None:
    """A contract number is no quantity."""
    assert cleaned({"number": 387130}, shape(number=str)).value == {"number": "387130"}


@pytest.mark.parametrize("answer", [None, "text", 3, [], ["x"], {}, {"error": "no"}])
def test_what_has_no_field_of_the_record_has_not_its_shape(answer: Any) -> None:
    """Refusals, lists and other objects."""
    result = cleaned(answer, shape(name=str))
    assert result.value is None
    assert [problem.kind for problem in result.problems] == ["shape"]


def test_shape_is_checked_all_the_way_down() -> None:
    """An object where a list is due, a text where an object is due."""

    class Line(BaseModel):
        name: str

    class Order(BaseModel):
        lines: list[Line]
        buyer: Line

    result = cleaned({"lines": {"name": "x"}, "buyer": "y"}, shape_of(Order))
    assert [(problem.path, problem.kind) for problem in result.problems] == [("lines", "shape"), ("buyer", "shape")]


def test_unknown_keys_and_empty_rows_are_dropped() -> None:
    """They say nothing about the record."""

    class Line(BaseModel):
        name: str | None

    class Order(BaseModel):
        lines: list[Line]

    answer = {"lines": [{"name": "x", "note": 1}, {"name": "-"}, None], "comment": "hello"}
    assert cleaned(answer, shape_of(Order)).value == {"lines": [{"name": "x"}]}


def test_null_for_a_field_with_a_default_is_the_default() -> None:
    """Strict modes make a model say something about every field."""

    class Order(BaseModel):
        name: str
        unit: str = "pcs"
        note: str | None = "none"

    assert cleaned({"name": "x", "unit": None, "note": None}, shape_of(Order)).value == {"name": "x", "note": None}


def test_of_several_types_the_fitting_one_is_taken() -> None:
    """A union of objects and plain values."""

    class Money(BaseModel):
        value: Decimal

    class Order(BaseModel):
        price: Money | int

    assert cleaned({"price": {"value": "1,50"}}, shape_of(Order)).value == {"price": {"value": Decimal("1.50")}}
    assert cleaned({"price": 3}, shape_of(Order)).value == {"price": 3}


def test_what_a_database_refuses_never_passes() -> None:
    """NUL, half of a surrogate pair, not-a-number."""
    result = cleaned({"name": "a\x00b\ud800", "total": math.nan}, shape(name=str, total=float))
    assert result.value == {"name": "ab", "total": None}


@given(JSON)
def test_anything_can_be_read_and_stored(answer: Any) -> None:
    """No answer of a model breaks us."""
    import json

    class Line(BaseModel):
        name: str
        total: Decimal | None = None

    class Order(BaseModel):
        lines: list[Line]
        buyer: Line | str
        total: float

    wrapped = {"lines": answer, "buyer": answer, "total": answer}
    for each in (answer, wrapped):
        json.dumps(storable(cleaned(each, shape_of(Order)).value), allow_nan=False).encode("utf-8")


def test_empty_means_nothing_is_said() -> None:
    """Also in what contains nothing but nothing."""
    assert is_empty({"a": None, "b": [], "c": {"d": None}})
    assert not is_empty({"a": 0})


@pytest.mark.parametrize("text", ["1e999999", "1e1000000", "-1E-400000", "9" * 100_000])
def test_a_number_that_nobody_prints_is_none(text: str) -> None:
    """Written out to be compared it would fill the memory, or take a minute."""
    read = cleaned({"total": text, "name": "A"}, shape(total=Decimal, name=str))
    assert read.value == {"total": None, "name": "A"}
    assert [problem.path for problem in read.problems] == ["total"]
