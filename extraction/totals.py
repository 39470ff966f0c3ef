"""Net, tax and total of one object add up, whatever their fields are called in the schema."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extraction.amounts import as_decimal
from extraction.shape import Field

_NET = frozenset({"net", "netto", "subtotal", "untaxed", "taxable", "ht"})
_TAX = frozenset({"tax", "taxes", "vat", "mwst", "ust", "tva", "iva", "gst", "btw"})
_TOTAL = frozenset({"total", "gross", "grand", "brutto", "amount", "sum", "ttc"})
# Words of numbers that are no amount, or an amount beside the sum.
_OTHER = frozenset({"rate", "percent", "percentage", "id", "number", "due", "paid", "prepaid", "payable", "discount",
                    "line", "unit", "price", "shipping", "rounding", "count"})  # fmt: skip
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
    numbers = [
        child for child in field.fields if child.kind == "number" and as_decimal(value.get(child.name)) is not None
    ]
    roles = [_only(numbers, role) for role in ("net", "tax", "total")]
    found = [(child, number) for child in roles if child and (number := as_decimal(value[child.name])) is not None]
    if len(found) != 3:
        return None
    (net, one), (tax, two), (total, three) = found
    names = [f"{path}.{child.name}" if path else child.name for child in (net, tax, total)]
    return Sum((names[0], names[1], names[2]), (one, two, three))


def _only(numbers: Sequence[Field], role: str) -> Field | None:
    """The one field that plays a part; two that might say nothing."""
    found = [field for field in numbers if _role(field) == role]
    return found[0] if len(found) == 1 else None


def _role(field: Field) -> str | None:
    words = set(field.words)
    if words & _OTHER:
        return None
    if words & _NET:
        return "net"
    return "tax" if words & _TAX else "total" if words & _TOTAL else None
