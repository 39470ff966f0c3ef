"""Lists are the rows of tables; of single values, all that a document states of their kind."""

from functools import lru_cache
from typing import Any

from sandbox.answers.mentions import Mention
from sandbox.answers.parties import distinct
from sandbox.answers.reading import Reading
from sandbox.answers.rows import Row
from sandbox.answers.values import allowed, typed
from sandbox.answers.wanted import Wanted
from sandbox.answers.words import Concepts

_FEW = 3
# What a field of a row is called by, the telling words first: a unit's price is a price, a line's total a total.
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


def list_of(want: Wanted, reading: Reading) -> list[Any]:
    """The items that a document states: rows of its tables, sums of money, days, names."""
    item = want.item
    if item is None:
        return []
    if item.kind == "object":
        kinds = {field.kind for field in item.fields}
        if len(item.fields) <= _FEW and "currency" in kinds:
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
    sums = {(each.value, each.currency): each for each in reading.mentions if each.kind == "amount" and each.currency}
    return [{field.name: _of_sum(field, each) for field in item.fields} for each in sums.values()]


def _of_sum(field: Wanted, mention: Mention) -> Any:
    return mention.currency if field.kind == "currency" else typed(mention.value, field)


@lru_cache(maxsize=256)
def _role(named: Concepts) -> str | None:
    """The part of a row that a field asks for; a product is its name, unless its number is meant."""
    is_product = {"article", "description"} <= named and "number" not in named
    return next((role for role, said in _ROLES if said & named and not (is_product and role == "article")), None)


def _row(item: Wanted, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in item.fields:
        role = _role(field.named)
        value = getattr(row, role) if role else None
        values[field.name] = allowed(typed(str(value), field) if value is not None else None, field)
    return values
