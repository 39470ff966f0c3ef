"""Net, tax and total of one object add up, whatever their fields are called in the schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from extraction.amounts import as_decimal
from extraction.shape import Field

_NET = frozenset({"net", "netto", "subtotal", "untaxed", "taxable", "ht"})
_TAX = frozenset({"tax", "taxes", "vat", "mwst", "ust", "tva", "iva", "gst", "btw"})
_TOTAL = frozenset({"total", "gross", "grand", "brutto", "amount", "sum", "ttc"})
# Words of numbers that are no amount, or an amount beside the sum.
_OTHER = frozenset({"rate", "percent", "percentage", "id", "number", "due", "paid", "prepaid", "payable", "discount",
                    "line", "unit", "price", "shipping", "rounding", "count"})  # fmt: skip
_ROLES = ("net", "tax", "total")
_TOLERANCE = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Sum:
    """Three amounts of which the first two should make the third."""

    paths: tuple[str, str, str]
    values: tuple[Decimal, Decimal, Decimal]

    @property
    def holds(self) -> bool:
        net, tax, total = self.values
        return abs(net + tax - total) <= max(_TOLERANCE, abs(total) / 100_000)

    @property
    def speaks(self) -> bool:
        """Whether it says something if it does not hold: a tax is less than what is taxed."""
        net, tax, _ = self.values
        return abs(tax) < abs(net)

    @property
    def why(self) -> str:
        net, tax, total = self.values
        return f"{self.paths[0]} {net} and {self.paths[1]} {tax} make {net + tax}, not {total}"


def totals(value: Any, field: Field, path: str = "") -> Iterator[Sum]:
    """The sums of a record, wherever an object has the three of them."""
    if isinstance(value, list) and field.item:
        for number, each in enumerate(value):
            yield from totals(each, field.item, f"{path}[{number}]")
    elif isinstance(value, dict):
        if found := _sum(value, field, path):
            yield found
        for child in field.fields:
            yield from totals(value.get(child.name), child, f"{path}.{child.name}" if path else child.name)


def _sum(value: dict[str, Any], field: Field, path: str) -> Sum | None:
    parts = [(role, child.name) for child in field.fields if child.kind == "number" and (role := _role(child.words))]
    given = [(role, name, number) for role, name in parts if (number := as_decimal(value.get(name))) is not None]
    # Two fields that might play one part say nothing.
    if sorted(role for role, _, _ in given) != sorted(_ROLES):
        return None
    (net, one), (tax, two), (total, three) = (
        next((f"{path}.{name}" if path else name, number) for part, name, number in given if part == role)
        for role in _ROLES
    )
    return Sum((net, tax, total), (one, two, three))


@lru_cache(maxsize=4_096)
def _role(names: tuple[str, ...]) -> str | None:
    words = set(names)
    if words & _OTHER:
        return None
    if words & _NET:
        return "net"
    return "tax" if words & _TAX else "total" if words & _TOTAL else None
