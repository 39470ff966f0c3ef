"""An answer is a value for every property of the schema: found by what its words mean, null where nothing is."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sandbox.answers.amounts import currency_of
from sandbox.answers.complaints import Blame, Spoken, blamed
from sandbox.answers.dates import days_in
from sandbox.answers.lists import list_of
from sandbox.answers.matching import assigned
from sandbox.answers.page import Page, page_of
from sandbox.answers.parties import parties
from sandbox.answers.prose import chosen, subject_of, summary_of
from sandbox.answers.reading import Reading, read
from sandbox.answers.totals import settled
from sandbox.answers.values import allowed, typed
from sandbox.answers.wanted import Wanted, wanted

Json = Mapping[str, Any]


def answer(schema: Json, spoken: Spoken) -> Any:
    """The value of the schema that the document in the conversation states."""
    asked = [text for role, text in spoken if role == "user"]
    reading = read(asked[0] if asked else "")
    return _value(_wanted(json.dumps(schema)), reading, blamed(spoken))


@lru_cache(maxsize=64)
def _wanted(schema: str) -> Wanted:
    """A schema comes with every document of its feed: it is read once."""
    read_schema = json.loads(schema)
    return wanted(read_schema, read_schema)


def answer_freely(spoken: Spoken, as_json: bool) -> str:
    """An answer to a question without a schema: the document's gist."""
    asked = [text for role, text in spoken if role == "user"]
    said = summary_of(page_of(asked[0] if asked else "")) or ""
    return json.dumps({"answer": said}, ensure_ascii=False) if as_json else said or "There is nothing to say."


def _value(want: Wanted, reading: Reading, blame: Blame) -> Any:
    if want.kind == "object":
        return _object(want, reading, blame)
    if want.kind == "list":
        return list_of(want, reading)
    return _object(Wanted("", "object", want.types, False, fields=(want,)), reading, blame)[want.name]


def _object(want: Wanted, reading: Reading, blame: Blame) -> dict[str, Any]:
    found: dict[str, Any] = {}
    matched = assigned(want.fields, reading.mentions, blame)
    matched = settled(want.fields, matched, reading.mentions, blame)
    companies = _parties(want, reading)
    for field in want.fields:
        mention = matched.get(field.name)
        if field.kind in ("object", "list"):
            found[field.name] = _value(field, reading, blame)
        elif mention:
            found[field.name] = typed(mention.value, field)
        else:
            found[field.name] = companies.get(field.name) or _single(field, reading, blame.values(field.name))
    _unpriced(found, want)
    return {name: allowed(value, field) for (name, value), field in zip(found.items(), want.fields, strict=True)}


def _unpriced(found: dict[str, Any], want: Wanted) -> None:
    """A currency of prices is none where there is no price."""
    amounts = [field for field in want.fields if field.kind == "amount" and "price" in field.named]
    for field in want.fields:
        is_of_them = field.kind == "currency" and "price" in field.described and "currency" in field.named
        if is_of_them and field.nullable and amounts and all(found[each.name] is None for each in amounts):
            found[field.name] = None


def _parties(want: Wanted, reading: Reading) -> dict[str, str]:
    roles = {field.name: field.named & {"supplier", "buyer"} for field in want.fields if field.kind == "party"}
    return parties(roles, reading.companies, reading.sender[1]) if roles else {}


def _single(field: Wanted, reading: Reading, avoid: frozenset[str]) -> Any:
    """A value that is no plain mention: a choice, a currency, a header's date, a labelled text."""
    if field.kind == "choice":
        return chosen(field.choices, reading.page)
    if field.kind == "currency":
        return currency_of(reading.page.text)
    if field.kind == "flag":
        return None
    if field.kind == "date" and reading.page.headers:
        return _sent(field, reading.page)
    return _text(field, reading, avoid) if field.kind in ("text", "party") else None


def _sent(field: Wanted, page: Page) -> str | None:
    written = (page.headers[name] for name in ("date", "datum", "fecha", "data", "sent") if name in page.headers)
    days = days_in(next(written, ""))
    return days[0].iso if days and "sent" in field.named else None


def _text(field: Wanted, reading: Reading, avoid: frozenset[str]) -> str | None:
    if "summary" in field.named:
        return summary_of(reading.page)
    if "subject" in field.named:
        return subject_of(reading.page)
    if "from" in field.named and reading.page.headers:
        return reading.sender[0]
    ranked = sorted(reading.labelled, key=lambda each: -each.score(field))
    return next((each.value for each in ranked if each.score(field) > 0 and each.value not in avoid), None)
