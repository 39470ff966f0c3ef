"""The table of a paper: which columns a style has, how amounts stand in it, and what stands below it."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import accumulate

from benchmarks.samples.dice import Dice
from benchmarks.samples.goods import Line, Sums
from benchmarks.samples.notation import Notation
from benchmarks.samples.paper import Column, Fact, Shown, Table, said
from benchmarks.samples.words import Words

COLUMNS = {
    "usual": (
        "position",
        "article",
        "description",
        "quantity",
        "unit",
        "unit_price",
        "discount",
        "line_total",
    ),
    "short": ("position", "description", "quantity", "unit", "unit_price", "discount", "line_total"),
    "quantity_first": (
        "quantity",
        "unit",
        "article",
        "description",
        "unit_price",
        "discount",
        "line_total",
    ),
}
_SHARES = {"position": 6, "article": 14, "description": 36, "quantity": 10, "unit": 8, "discount": 10}
_PRICE_SHARE = 16
_TEXTS = ("article", "description", "unit")


def draw_table(
    dice: Dice, words: Words, notation: Notation, lines: tuple[Line, ...], columns: tuple[str, ...]
) -> Table:
    """Amounts either carry their currency in every row or in none."""
    marked = dice.chance(0.35)
    rows = tuple(tuple(_cell(key, line, notation, marked) for key in columns) for line in lines)
    sums = accumulate(line.total for line in lines)
    return Table(
        columns=tuple(_column(dice, words, key) for key in columns),
        rows=rows,
        carried=tuple(notation.number(total) for total in sums),
    )


def _column(dice: Dice, words: Words, key: str) -> Column:
    return Column(dice.pick(words.columns[key]), _SHARES.get(key, _PRICE_SHARE), key not in _TEXTS)


def _cell(key: str, line: Line, notation: Notation, marked: bool) -> Shown:
    money = notation.money if marked else notation.number
    match key:
        case "position":
            return Shown(str(line.position), Decimal(line.position), "count")
        case "article" | "description" | "unit":
            return said(getattr(line, key))
        case "quantity":
            return Shown(notation.number(line.quantity), line.quantity, "count")
        case "discount":
            rate = line.discount or Decimal(0)
            return Shown(f"{notation.number(rate)} %", rate, "rate")
        case _:
            amount = line.unit_price if key == "unit_price" else line.total
            return Shown(money(amount), amount, "money")


def sum_facts(dice: Dice, words: Words, notation: Notation, sums: Sums) -> tuple[Fact, ...]:
    """The sums that are not implied: the goods' own sum only where a discount or freight follows it."""
    is_plain = sums.discount is None and sums.freight is None
    amounts = {
        "goods": None if is_plain else sums.goods,
        "discount": sums.discount,
        "freight": sums.freight,
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
    }
    rates = {"discount": sums.discount_rate, "tax": sums.tax_rate}
    return tuple(_sum_facts(dice, words, notation, amounts.items(), rates))


def _sum_facts(
    dice: Dice,
    words: Words,
    notation: Notation,
    amounts: Iterable[tuple[str, Decimal | None]],
    rates: dict[str, Decimal | None],
) -> Iterable[Fact]:
    for key, amount in amounts:
        if amount is not None:
            label = dice.pick(words.sums[key])
            rate = rates.get(key)
            label = label.format(rate=notation.number(rate)) if rate is not None else label
            yield Fact(label, Shown(notation.money(amount), amount, "money"))
