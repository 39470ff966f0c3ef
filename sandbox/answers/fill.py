"""An answer is a value for every property of the schema: found by what its words mean, null where nothing is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sandbox.answers.amounts import amounts_in, currency_of, decimal_mark
from sandbox.answers.complaints import rejected
from sandbox.answers.dates import days_in
from sandbox.answers.labelled import Labelled, labelled_in
from sandbox.answers.matching import assigned
from sandbox.answers.mentions import Mention, mentions_in
from sandbox.answers.page import Page, page_of
from sandbox.answers.parties import Company, companies_in, distinct, parties, sender_of
from sandbox.answers.prose import chosen, subject_of, summary_of
from sandbox.answers.rows import Row
from sandbox.answers.tables import Table, table_of
from sandbox.answers.totals import settled
from sandbox.answers.wanted import Wanted, wanted
from sandbox.answers.words import concepts_of

Json = Mapping[str, Any]
Spoken = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a document says, as far as rules understand it."""

    page: Page
    table: Table
    mentions: tuple[Mention, ...]
    companies: tuple[Company, ...]
    sender: tuple[str | None, str | None]
    labelled: tuple[Labelled, ...]


def answer(schema: Json, spoken: Spoken, thorough: bool = False) -> Any:
    """The value of the schema that the document in the conversation states."""
    asked = [text for role, text in spoken if role == "user"]
    reading = read(asked[0] if asked else "")
    return _value(wanted(schema, schema), reading, rejected(spoken), "")


def answer_freely(spoken: Spoken, as_json: bool, thorough: bool = False) -> str:
    """An answer to a question without a schema: the document's gist."""
    asked = [text for role, text in spoken if role == "user"]
    said = summary_of(page_of(asked[0] if asked else "")) or ""
    return '{"answer": ' + _quoted(said) + "}" if as_json else said or "There is nothing to say."


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\t", " ") + '"'


@lru_cache(maxsize=8)
def read(prompt: str) -> Reading:
    """Read the document of a prompt; a repeated question finds it read."""
    page = page_of(prompt)
    mark = decimal_mark(page.text)
    table = table_of(page.lines, mark, page.listed)
    free = [line for number, line in enumerate(page.lines) if number not in table.taken]
    mentions = tuple(mentions_in(free, mark))
    return Reading(page, table, mentions, tuple(companies_in(free)), sender_of(page), tuple(labelled_in(free)))


def _value(want: Wanted, reading: Reading, avoid: Mapping[str, frozenset[str]], path: str) -> Any:
    if want.kind == "object":
        return _object(want, reading, avoid)
    if want.kind == "list":
        return _list(want, reading)
    return _object(Wanted("", "object", want.types, False, fields=(want,)), reading, avoid)[want.name]


def _object(want: Wanted, reading: Reading, avoid: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    matched = assigned(want.fields, reading.mentions, avoid)
    matched = settled(want.fields, matched, reading.mentions, None, avoid)
    companies = _parties(want, reading)
    for field in want.fields:
        if field.kind in ("object", "list"):
            found[field.name] = _value(field, reading, avoid, field.name)
        elif field.name in matched:
            found[field.name] = _typed(matched[field.name].value, field)
        else:
            found[field.name] = companies.get(field.name) or _single(field, reading, avoid.get(field.name, frozenset()))
    _unpriced(found, want)
    return {name: _allowed(value, field) for (name, value), field in zip(found.items(), want.fields, strict=True)}


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
    written = next(
        (page.headers[name] for name in ("date", "datum", "fecha", "data", "sent") if name in page.headers), ""
    )
    days = days_in(written)
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


def _list(want: Wanted, reading: Reading) -> list[Any]:
    item = want.item
    if item is None:
        return []
    if item.kind == "object":
        kinds = {field.kind for field in item.fields}
        if len(item.fields) <= 3 and "currency" in kinds:
            return _sums(item, reading)
        return [_row(item, row) for row in reading.table.rows]
    return _plain_list(want, item, reading)


def _plain_list(want: Wanted, item: Wanted, reading: Reading) -> list[Any]:
    if item.kind == "date":
        return distinct(each.value for each in reading.mentions if each.kind == "date")
    if "company" in want.named:
        return distinct(iter([*filter(None, [reading.sender[1]]), *(each.name for each in reading.companies)]))
    if "person" in want.named:
        return _people(reading)
    return []


def _people(reading: Reading) -> list[str]:
    written = [reading.page.headers.get(name, "") for name in ("from", "to")]
    names = [name.partition("<")[0].strip(' "') for name in written]
    known = [name for name in names if name and name != reading.sender[1] and "@" not in name]
    return distinct(iter(known))


def _sums(item: Wanted, reading: Reading) -> list[dict[str, Any]]:
    found = []
    for each in reading.mentions:
        if each.kind == "amount" and each.currency:
            values = {
                field.name: each.currency if field.kind == "currency" else _typed(each.value, field)
                for field in item.fields
            }
            if values not in found:
                found.append(values)
    return found


_ROLES = (
    ("discount", frozenset(["discount"])),
    ("total", frozenset(["total"])),
    ("price", frozenset(["price"])),
    ("quantity", frozenset(["quantity"])),
    ("unit", frozenset(["unit"])),
    ("article", frozenset(["article"])),
    ("description", frozenset(["description"])),
    ("total", frozenset(["amount"])),
    ("position", frozenset(["position"])),
)


def _row(item: Wanted, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in item.fields:
        role = next((role for role, said in _ROLES if said & concepts_of(field.name.replace("_", " "))), None)
        value = getattr(row, role) if role else None
        values[field.name] = _allowed(_typed(str(value), field) if value is not None else None, field)
    return values


def _typed(value: str, field: Wanted) -> Any:
    """A value in the type that the schema wants."""
    if "integer" in field.types or "number" in field.types:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    return value


def _allowed(value: Any, field: Wanted) -> Any:
    """None where it may be, else what is empty."""
    if value is not None or field.nullable:
        return value
    if field.choices:
        return field.choices[0]
    kinds = {"array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}
    return next((kinds[kind] for kind in sorted(field.types) if kind in kinds), "")
