"""A cell's value is printed plain (ISO dates, a decimal point), with the percent or currency it shows."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from extraction.parsing.border import one_line

_PRECISION = 15  # what a spreadsheet keeps: the digits after it are noise of the binary number
_SHOWN_CURRENCY = re.compile(r'\[\$([^\]-]+)(?:-[^\]]*)?\]|"([^"]*)"|([$€£¥₹])')
_CURRENCY = re.compile(r"[A-Z]{3}|[$€£¥₹₽₺₩]|kr|Kč|zł|Fr\.?|lei|Ft")


def cell_text(value: object, number_format: str) -> str:
    """The value as a person would type it into a plain text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | Decimal):
        return _number(value, number_format)
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value)
    return one_line(str(value))


def _number(value: int | float | Decimal, number_format: str) -> str:
    if "%" in number_format:
        return f"{_plain(value * 100)}%"
    before, after = _currency(number_format)
    return f"{before}{_plain(value)}{after}"


def _plain(value: int | float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    number = format(Decimal(format(value + 0, f".{_PRECISION}g")), "f")  # + 0: there is no minus zero on paper
    return number.rstrip("0").rstrip(".") if "." in number else number


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, timedelta):
        return str(timedelta(seconds=round(value.total_seconds())))
    if isinstance(value, datetime):
        return _datetime(value)
    return value.isoformat()


def _datetime(value: datetime) -> str:
    rounded = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    if rounded.time() == time.min:
        return rounded.date().isoformat()
    return rounded.isoformat(sep=" ")


@lru_cache(maxsize=1024)
def _currency(number_format: str) -> tuple[str, str]:
    """What the format writes before and after a number, where that is a currency."""
    shown = number_format.split(";")[0]
    for found in _SHOWN_CURRENCY.finditer(shown):
        name = next(group for group in found.groups() if group is not None).strip()
        if _CURRENCY.fullmatch(name):
            is_before = not re.search(r"[0#?]", shown[: found.start()])
            return (f"{name} ", "") if is_before else ("", f" {name}")
    return "", ""
