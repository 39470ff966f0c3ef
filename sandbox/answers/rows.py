"""A row whose columns have run together is split where its arithmetic agrees."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.answers.amounts import NUMBER, Amount, Mark, amounts_in, read_figure

_CODE = re.compile(r"(?=\S*\d)[A-Z0-9][A-Z0-9./_-]{2,}(?=\s)")
_POSITION = re.compile(r"(\d{1,4})\.?\s+(?=\S)")
_UNIT = re.compile(r"[^\W\d_][^\W\d_.²³/-]{0,11}\.?[²³]?")
_FEWEST = 3
_MONEY = re.compile(r"[.,]\d{2}$")
_CENT = Decimal("0.02")
_BLANK_GROUP = re.compile(r"[ \u00a0\u2009\u202f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    position: int | None
    article: str | None
    description: str
    quantity: Decimal
    unit: str | None
    price: Decimal | None
    discount: Decimal | None
    total: Decimal | None


def plain_row(text: str, roles: Sequence[str], mark: Mark) -> Row | None:
    """A line without cells as a row; None if it holds no quantity, price and total."""
    numbers = list(amounts_in(text, mark))
    ways = list(_ways(text, numbers, mark))
    splits = (split for look in (_adding_up, _as_printed) for way in ways if (split := look(way, text, roles)))
    return next((row for split in splits if (row := _named(text, split, roles))), None)


def _ways(text: str, numbers: list[Amount], mark: Mark) -> Iterator[list[Amount]]:
    """The numbers as they stand; then with those that a blank may have joined taken apart."""
    yield numbers
    joined = [at for at, each in enumerate(numbers) if _BLANK_GROUP.search(each.text)]
    for at in joined:
        yield [*numbers[:at], *_apart(numbers[at], text, mark), *numbers[at + 1 :]]


def _apart(number: Amount, text: str, mark: Mark) -> Iterator[Amount]:
    cut = number.start + text[number.start : number.end].index(number.text) + _cut_at(number.text)
    first = text[number.start : cut].strip()
    found = NUMBER.search(first)
    if found:
        yield number._replace(end=cut, value=read_figure(found["figure"], mark), text=found["figure"])
    for each in amounts_in(text[cut : number.end], mark):
        yield each._replace(start=cut + each.start, end=cut + each.end)


def _cut_at(figure: str) -> int:
    found = _BLANK_GROUP.search(figure)
    return found.start() if found else 0


@dataclass(frozen=True, slots=True)
class _Split:
    quantity: Amount
    price: Amount
    discount: Amount | None
    total: Amount


def _adding_up(numbers: Sequence[Amount], text: str, roles: Sequence[str]) -> _Split | None:
    """The quantity, price and total that agree; the last two numbers are the price and the total."""
    plain = _plain(numbers, text)
    if not plain:
        return None
    price, total, discount = plain[-2], plain[-1], _discount(numbers, plain)
    for quantity in _in_order(plain[:-2], roles):
        if _agrees(quantity, price, discount, total):
            return _Split(quantity, price, discount, total)
    has_bare = "discount" in roles and discount is None and len(plain) > _FEWEST
    return _with_bare_discount(plain, roles) if has_bare else None


def _as_printed(numbers: Sequence[Amount], text: str, roles: Sequence[str]) -> _Split | None:
    """A row that does not add up, if its last two numbers look like money."""
    plain = _plain(numbers, text)
    if not plain or not all(_MONEY.search(each.text) for each in plain[-2:]):
        return None
    return _Split(_in_order(plain[:-2], roles)[0], plain[-2], _discount(numbers, plain), plain[-1])


def _plain(numbers: Sequence[Amount], text: str) -> list[Amount]:
    """The numbers that are no percentages, if there are enough and the line ends with one."""
    plain = [each for each in numbers if not each.is_percent]
    is_row = len(plain) >= _FEWEST and not text[plain[-1].end :].strip()
    return plain if is_row else []


def _discount(numbers: Sequence[Amount], plain: Sequence[Amount]) -> Amount | None:
    return next((each for each in numbers if each.is_percent and each.start > plain[-2].start), None)


def _with_bare_discount(plain: Sequence[Amount], roles: Sequence[str]) -> _Split | None:
    price, discount, total = plain[-3:]
    found = (each for each in _in_order(plain[:-3], roles) if _agrees(each, price, discount, total))
    return next((_Split(each, price, discount, total) for each in found), None)


def _in_order(numbers: Sequence[Amount], roles: Sequence[str]) -> list[Amount]:
    """The likeliest quantity first: where the header puts it."""
    leads = "quantity" in roles and "description" in roles and roles.index("quantity") < roles.index("description")
    return list(numbers) if leads else list(reversed(numbers))


def _agrees(quantity: Amount, price: Amount, discount: Amount | None, total: Amount) -> bool:
    share = 1 - discount.value / 100 if discount else Decimal(1)
    return abs(quantity.value * price.value * share - total.value) <= _CENT


def _named(text: str, split: _Split, roles: Sequence[str]) -> Row | None:
    """What is left of a line without its numbers: position, article number, description and unit."""
    before, between = text[: split.quantity.start], text[split.quantity.end : split.price.start].strip()
    position = _POSITION.match(before) if not roles or roles[0] in ("position", "article") else None
    unit, rest = _unit(between)
    words = f"{before[position.end() :] if position else before} {rest}".strip() + " "
    code = _CODE.match(words) if "article" in roles or "position" not in roles else None
    description = words[code.end() if code else 0 :].strip()
    if not description:
        return None
    number = int(position[1]) if position else None
    discount = split.discount.value if split.discount else None
    article = code.group() if code else None
    return Row(number, article, description, split.quantity.value, unit, split.price.value, discount, split.total.value)


def _unit(between: str) -> tuple[str | None, str]:
    first, _, rest = between.partition(" ")
    return (first, rest) if first and _UNIT.fullmatch(first) else (None, between)
