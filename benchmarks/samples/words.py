"""What a language brings to a document (words, names, notation) is data: one YAML file a language."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

_FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "de", "fr", "es", "it")

Texts = Annotated[tuple[str, ...], Field(min_length=1)]


class Separators(BaseModel):
    """How a language groups digits and sets off the cents."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    thousands: str
    decimal: str


class Words(BaseModel):
    """Everything a generated document says in one language; several forms of a word are equally good."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: Annotated[tuple[str, ...], Field(min_length=12, max_length=12)]
    dates: Texts
    numbers: Separators
    currencies: dict[str, Decimal]
    countries: dict[str, str]
    stems: Texts
    trades: Texts
    forms: Texts
    first: Texts
    last: Texts
    streets: Texts
    towns: Texts
    goods: dict[str, tuple[str, str]]
    titles: dict[str, Texts]
    labels: dict[str, Texts]
    columns: dict[str, Texts]
    sums: dict[str, Texts]
    carried: str
    page: str
    delivery_times: Texts
    payments: Texts
    quote_intro: str
    order_intro: str
    confirmation_intro: str
    validity_sentence: str
    currency_sentence: str
    closing: str
    regards: str
    registration: str
    remark: str


@cache
def words_of(language: str) -> Words:
    """The words of a language, read once."""
    text = (_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return Words.model_validate(yaml.safe_load(text))
