"""What a person writes into a record counts once it is valid; each error is a sentence that names its place."""

from pathlib import Path
from typing import Any

import pytest

from extraction.corrections import BadCorrection, changed, corrected
from extraction.feed import Feed, load_feed

RECORD: dict[str, Any] = {
    "total": "12.50",
    "lines": [{"quantity": "1"}, {"quantity": "2"}],
    "buyer": {"name": "Halden"},
}
SCHEMA = """
from decimal import Decimal
from pydantic import BaseModel, Field, model_validator

class Line(BaseModel):
    quantity: Decimal = Field(description="How many.")

class Quote(BaseModel):
    total: Decimal = Field(gt=0, description="What it costs.")
    lines: list[Line] = Field(default=[], description="Rows.")

    @model_validator(mode="after")
    def adds_up(self):
        if self.total == 13:
            raise ValueError("the total does not add up")
        if self.total == 14:
            raise KeyError("oops")
        return self
"""


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    folder = tmp_path / "quotes"
    folder.mkdir()
    (folder / "feed.yaml").write_text("name: quotes\ndescription: d\nowner: o\ntenant: t\nschema: Quote\n")
    (folder / "schema.py").write_text(SCHEMA)
    (folder / "prompt.md").write_text("Read it.")
    return load_feed(folder)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("total=13.50", {"total": "13.50"}),
        ("total = 13.50", {"total": " 13.50"}),
        ("total=null", {"total": None}),
        ('total="a=b"', {"total": "a=b"}),
        ("total=", {"total": ""}),
        ("lines[1].quantity=7", {"lines": [{"quantity": "1"}, {"quantity": "7"}]}),
        ('lines[+]={"quantity": "3"}', {"lines": [{"quantity": "1"}, {"quantity": "2"}, {"quantity": "3"}]}),
        ("lines[0]=null", {"lines": [None, {"quantity": "2"}]}),
        ("lines=[]", {"lines": []}),
        ("buyer.name=Nordwerk", {"buyer": {"name": "Nordwerk"}}),
        ('notes[+]={"text": "x"}', {"notes": [{"text": "x"}]}),
    ],
)
def test_values_are_set_by_path(setting: str, expected: dict[str, Any]) -> None:
    """Numbers keep their digits; the record that was given stays as it was."""
    before = repr(RECORD)
    assert changed(RECORD, [setting]) == {**RECORD, **expected}
    assert repr(RECORD) == before


@pytest.mark.parametrize(
    "setting", ["total", "=5", "lines[9].quantity=1", "buyer[0]=1", "total.cents=5", "a..b=1", "x.y=1"]
)
def test_a_path_that_leads_nowhere_is_told(setting: str) -> None:
    """Nothing is set beside what was meant."""
    with pytest.raises(BadCorrection):
        changed(RECORD, [setting])


def test_a_valid_record_is_kept_as_the_schema_has_it(feed: Feed) -> None:
    """As an accepted answer would be."""
    assert corrected(feed, {"total": 12.5, "lines": [{"quantity": 2}]}) == {
        "total": "12.5",
        "lines": [{"quantity": "2"}],
    }


@pytest.mark.parametrize(
    ("record", "sentences"),
    [
        ({}, ["total: Field required."]),
        (
            {"total": "-1", "lines": [{}]},
            ["total: Input should be greater than 0.", "lines[0].quantity: Field required."],
        ),
        ({"total": "13"}, ["Quote: the total does not add up."]),
        ({"total": "14"}, ["A rule of quotes/schema.py failed with KeyError: 'oops'."]),
    ],
)
def test_each_error_is_one_sentence(feed: Feed, record: dict[str, Any], sentences: list[str]) -> None:
    """Place, and what is wrong with it."""
    with pytest.raises(BadCorrection) as bad:
        corrected(feed, record)
    assert list(bad.value.sentences) == sentences
