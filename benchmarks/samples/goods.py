"""Lines are priced and added up in cents, rounded once a line and once a sum: the only arithmetic of the samples."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from benchmarks.samples.dice import Dice
from benchmarks.samples.words import Words

CENT = Decimal("0.01")
_PRICES = {  # lowest and highest price in cents, and the sizes it comes in
    "bolt": (12, 180, ("M6x20", "M8x40", "M10x60", "M12x80", "M16x100")),
    "washer": (3, 60, ("M6", "M8", "M10", "M12", "M16")),
    "bearing": (290, 4800, ("6204-2RS", "6206-ZZ", "6305-2RS", "6310-C3")),
    "cable": (95, 1240, ("4G1.5", "5G2.5", "7G0.75", "12G1")),
    "profile": (540, 3890, ("30x30", "40x40", "40x80", "45x90")),
    "sensor": (1890, 12900, ("M12-PNP", "M18-NPN", "M30-PNP")),
    "motor": (24900, 189000, ("0.37kW", "0.75kW", "1.5kW", "2.2kW")),
    "valve": (1290, 24900, ("DN15", "DN25", "DN40", "DN50")),
    "carton": (38, 420, ("A4-H120", "B3-H200", "C5-H80")),
    "film": (690, 2450, ("500mm-23my", "500mm-17my", "450mm-20my")),
    "glove": (190, 1690, ("EN388-T8", "EN388-T9", "EN388-T10")),
    "grease": (890, 4290, ("NLGI-2", "NLGI-1", "HT-3")),
    "hose": (620, 3980, ("2SN-DN10", "2SN-DN16", "1SN-DN20")),
    "relay": (4900, 28900, ("24VDC-2NO", "24VDC-3NO", "230VAC-2NO")),
}
_FEW = ("1", "2", "3", "4", "5", "8", "10", "12")
_SOME = ("5", "10", "12", "20", "24", "25", "40", "50", "60", "100", "120")
_MANY = ("50", "100", "150", "200", "250", "300", "400", "500", "750", "900")
_CHEAP, _DEAR = Decimal(2), Decimal(100)
_ARTICLES, _STRIDE = 9000, 373  # without a common factor: no article comes twice in a document
_LENGTHS = ("2.5", "7.5", "12.5", "25", "37.5", "80")


@dataclass(frozen=True, slots=True)
class Line:
    """One position."""

    position: int
    article: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount: Decimal | None
    total: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """What stands below the lines."""

    goods: Decimal
    discount_rate: Decimal | None
    discount: Decimal | None
    freight: Decimal | None
    net: Decimal
    tax_rate: Decimal | None
    tax: Decimal | None
    total: Decimal


def draw_lines(dice: Dice, words: Words, count: int, discounted: bool) -> tuple[Line, ...]:
    series = f"{dice.pick('ABFHKMNRTW')}{dice.pick('BDKLRSTX')}"
    start = dice.below(_ARTICLES)
    articles = (f"{series}-{1000 + (start + number * _STRIDE) % _ARTICLES}" for number in range(count))
    return tuple(
        _draw_line(dice, words, number, article, discounted) for number, article in enumerate(articles, start=1)
    )


def _draw_line(dice: Dice, words: Words, position: int, article: str, discounted: bool) -> Line:
    kind = dice.pick(tuple(_PRICES))
    low, high, sizes = _PRICES[kind]
    name, unit = words.goods[kind]
    price = Decimal(dice.between(low, high)) * CENT
    quantity = Decimal(dice.pick(_LENGTHS if unit == "m" else _counts(price)))
    discount = Decimal(dice.pick((0, 0, 5, 10))) if discounted else None
    return Line(
        position=position,
        article=article,
        description=f"{name} {dice.pick(sizes)}",
        quantity=quantity,
        unit=unit,
        unit_price=price,
        discount=discount,
        total=rounded(quantity * price * (1 - (discount or 0) / Decimal(100))),
    )


def _counts(price: Decimal) -> tuple[str, ...]:
    """Nobody orders one washer or five hundred motors."""
    if price < _CHEAP:
        return _MANY
    return _FEW if price > _DEAR else _SOME


def add_up(
    lines: tuple[Line, ...], discount_rate: Decimal | None, freight: Decimal | None, tax_rate: Decimal | None
) -> Sums:
    goods = sum((line.total for line in lines), Decimal(0))
    discount = None if discount_rate is None else rounded(goods * discount_rate / 100)
    net = goods - (discount or 0) + (freight or 0)
    tax = None if tax_rate is None else rounded(net * tax_rate / 100)
    return Sums(goods, discount_rate, discount, freight, net, tax_rate, tax, net + (tax or 0))


def rounded(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
