"""A value is given in the type that the schema asks for; what is not stated is null where null may stand."""

from decimal import Decimal
from typing import Any

from sandbox.answers.wanted import Wanted


def typed(value: str, field: Wanted) -> Any:
    """A value in the type that the schema wants."""
    if "integer" in field.types or "number" in field.types:
        number = Decimal(value)
        return int(number) if number == number.to_integral_value() else float(number)
    return value


def allowed(value: Any, field: Wanted) -> Any:
    """None where it may be, else what is empty."""
    if value is not None or field.nullable:
        return value
    if field.choices:
        return field.choices[0]
    empty: dict[str, Any] = {"array": [], "object": {}, "integer": 0, "number": 0, "boolean": False}
    return next((empty[kind] for kind in sorted(field.types) if kind in empty), "")
