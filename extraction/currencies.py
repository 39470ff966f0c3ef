"""A currency is printed as its code, its sign or its name; a sign that several share stands for each of them."""

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL")
_CROWNS = ("SEK", "NOK", "DKK", "ISK", "CZK")
_SIGNS: dict[str, tuple[str, ...]] = {
    "€": ("EUR",),
    "$": _DOLLARS,
    "£": ("GBP", "EGP"),
    "¥": ("JPY", "CNY"),
    "￥": ("JPY", "CNY"),
    "円": ("JPY",),
    "元": ("CNY", "TWD"),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "₪": ("ILS",),
    "₫": ("VND",),
    "₴": ("UAH",),
    "฿": ("THB",),
    "₦": ("NGN",),
    "₱": ("PHP",),
    "₸": ("KZT",),
    "د.إ": ("AED",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "R$": ("BRL",),
    "лв": ("BGN",),
}
_NAMES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("euro", "euros"), ("EUR",)),
    **dict.fromkeys(("dollar", "dollars"), _DOLLARS),
    **dict.fromkeys(("pound", "pounds", "sterling", "pfund", "livres"), ("GBP",)),
    **dict.fromkeys(("franken", "francs", "fr", "sfr", "franchi"), ("CHF",)),
    **dict.fromkeys(("kr", "kronor", "kroner", "krona", "krone", "kronen"), _CROWNS),
    **dict.fromkeys(("rmb", "yuan", "renminbi"), ("CNY",)),
    **dict.fromkeys(("yen",), ("JPY",)),
    **dict.fromkeys(("rs", "rupee", "rupees"), ("INR", "PKR")),
    **dict.fromkeys(("zloty", "zlotych", "zl"), ("PLN",)),
    **dict.fromkeys(("rm", "ringgit"), ("MYR",)),
    **dict.fromkeys(("forint", "ft"), ("HUF",)),
    **dict.fromkeys(("rand",), ("ZAR",)),
    **dict.fromkeys(("lei",), ("RON",)),
    **dict.fromkeys(("real", "reais"), ("BRL",)),
    **dict.fromkeys(("baht",), ("THB",)),
    **dict.fromkeys(("lira", "tl"), ("TRY",)),
    **dict.fromkeys(("dirham", "dirhams"), ("AED", "MAD")),
    **dict.fromkeys(("rupiah", "rp"), ("IDR",)),
    **dict.fromkeys(("рубль", "рубля", "рублеи", "руб"), ("RUB",)),
    **dict.fromkeys(("гривна", "гривень", "грн"), ("UAH",)),
}


def _by_code(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    codes = dict.fromkeys(code for meant in table.values() for code in meant)
    return {code: tuple(said for said, meant in table.items() if code in meant) for code in codes}


_SIGNS_OF, _NAMES_OF = _by_code(_SIGNS), _by_code(_NAMES)


def signs_of(code: str) -> tuple[str, ...]:
    """The signs that can mean the currency."""
    return _SIGNS_OF.get(code, ())


def names_of(code: str) -> tuple[str, ...]:
    """The words that can mean the currency, as words are compared."""
    return _NAMES_OF.get(code, ())


def code_of(text: str) -> str | None:
    """The code that a sign, a name or a code stands for, where it stands for one."""
    plain = text.strip()
    if len(plain) == 3 and plain.isascii() and plain.isalpha():
        return plain.upper()
    codes = _SIGNS.get(plain) or _NAMES.get(plain.lower(), ())
    return codes[0] if len(codes) == 1 else None
