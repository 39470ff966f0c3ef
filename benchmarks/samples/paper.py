"""A paper is what a document says, in its language and notation but before any layout: every format draws the same."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from benchmarks.samples.parties import Party


@dataclass(frozen=True, slots=True)
class Shown:
    """A value, and how the document writes it (a workbook holds the first, a page the second)."""

    text: str
    value: Decimal | date | str
    kind: Literal["text", "count", "money", "rate"] = "text"


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its label."""

    label: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table; `share` is its part of the width."""

    title: str
    share: int
    is_number: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The positions; `carried` is the sum up to each row, for documents that carry it over a page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Shown, ...], ...]
    carried: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """A party on the paper, with the word for its role if one is printed."""

    role: str | None
    party: Party

    @property
    def lines(self) -> tuple[str, ...]:
        return (self.party.street, self.party.town, self.party.country)


@dataclass(frozen=True, slots=True)
class Paper:
    """Everything a business document says."""

    title: str
    number: str
    sender: Address
    recipient: Address
    facts: tuple[Fact, ...]
    intro: str
    table: Table
    sums: tuple[Fact, ...]
    terms: tuple[Fact, ...]
    closing: tuple[str, ...]
    regards: str
    registration: str
    carried: str
    page: str


def said(text: str) -> Shown:
    """A value that is its text."""
    return Shown(text, text)
