"""A company is known by its legal form; what it is to the document, by its label or its letterhead."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sandbox.answers.page import Line, Page
from sandbox.answers.words import NOTHING, Concepts, concepts_of, plain

_FORMS = (
    r"GmbH\s?&\s?Co\.?\s?KGa?A?|AG\s?&\s?Co\.?\s?KG|GmbH|mbH|gGmbH|UG|AG|KGaA|KG|OHG|e\.\s?K\.|e\.V\.|SE|eG|"
    r"S\.L\.U\.|S\.L\.|SLU?|S\.A\.U\.|S\.A\.S\.|S\.A\.R\.L\.|S\.A\.|SARL|SASU?|S\.à\s?r\.l\.|SA|EURL|SNC|"
    r"S\.r\.l\.s?|S\.p\.A\.|S\.n\.c\.|S\.a\.s\.|Srl|SpA|Inc\.?|LLC|L\.L\.C\.|LLP|LP|Ltd\.?|Limited|Corp\.?|Corporation|"
    r"plc|PLC|Pty\.?\sLtd\.?|Co\.,?\sLtd\.?|B\.V\.|N\.V\.|BV|NV|AB|A/S|ApS|AS|Oy|Oyj|Sp\.\s?z\s?o\.o\.|s\.r\.o\.|Kft\.?"
)
_COMPANY = re.compile(
    r"(?<![\w@.])(?:[^\W_a-zß][\w&'’.-]*"
    r"(?:\s(?:&|\+|und|and|et|y|e|de|del|della|di|des|du|la|le|von|[^\W_a-zß][\w&'’.-]*)){0,6}?),?"
    rf"\s(?:{_FORMS})(?![\w@]|\.\w)"
)


@dataclass(frozen=True, slots=True)
class Company:
    """A company, with what its label says, and its line."""

    name: str
    said: Concepts
    line: int


def companies_in(lines: Sequence[Line]) -> list[Company]:
    """Every company that the lines name with its legal form."""
    found: list[Company] = []
    for number, line in enumerate(lines):
        beside = ""
        for cell in line.cells:
            found += _in_cell(cell, beside, lines, number)
            beside = cell
    return found


def _in_cell(cell: str, beside: str, lines: Sequence[Line], number: int) -> Iterator[Company]:
    for each in _COMPANY.finditer(cell):
        name, label = _without_label(each.group(), cell[: each.start()].strip(" :") or beside)
        yield Company(name, _said(label) if label else _above(lines, number), number)


def _said(label: str) -> Concepts:
    """What a label makes of a company; who orders is the buyer, and so is whom an offer is for."""
    said = concepts_of(label)
    is_buyer = {"order", "by"} <= said or ("recipient" in said and "delivery" not in said)
    return said | {"buyer"} if is_buyer and "supplier" not in said else said


def _without_label(name: str, label: str) -> tuple[str, str]:
    """A label that stands right before the name is no part of it."""
    first, _, rest = name.partition(" ")
    if rest.count(" ") >= 1 and concepts_of(first) & {"supplier", "buyer"}:
        return rest, f"{label} {first}"
    return name, label


def _above(lines: Sequence[Line], number: int) -> Concepts:
    above = lines[number - 1].text if number else ""
    is_label = above.endswith(":") or (above.count(" ") < 3 and "\t" not in above)
    return _said(above.rstrip(":")) if is_label else NOTHING


def sender_of(page: Page) -> tuple[str | None, str | None]:
    """Person and company that wrote an e-mail: its header, and the signature below the person's name."""
    written = next((page.headers[name] for name in ("from", "von", "de", "da") if name in page.headers), "")
    name = re.sub(r"\s*<[^>]*>|\"", "", written).strip()
    if not name or "@" in name:
        return None, None
    if is_company(name):
        return None, name
    return name, _signed(page.lines, name)


def _signed(lines: Sequence[Line], person: str) -> str | None:
    """The company in the lines below a person's name."""
    at = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].text == person), None)
    below = companies_in(lines[at + 1 : at + 4]) if at is not None else []
    return below[0].name if below else None


def is_company(text: str) -> bool:
    """Whether a name ends with a legal form."""
    found = _COMPANY.search(text)
    return bool(found and found.end() >= len(text.rstrip()))


def parties(roles: Mapping[str, Concepts], companies: Sequence[Company], sender: str | None) -> dict[str, str]:
    """The company of each field; one that is nowhere labelled is the first that no other field has."""
    chosen: dict[str, str] = {}
    if sender:
        chosen |= {name: sender for name, wanted in list(roles.items())[:1] if "supplier" in wanted}
    for name, wanted in roles.items():
        labelled = [each for each in companies if each.said & wanted and not each.said & _others(wanted)]
        if labelled and name not in chosen:
            chosen[name] = labelled[0].name
    for name in roles:
        if name not in chosen:
            free = (each.name for each in companies if plain(each.name) not in map(plain, chosen.values()))
            if found := next(free, None):
                chosen[name] = found
    return chosen


def _others(wanted: Concepts) -> Concepts:
    return frozenset(["supplier", "buyer"]) - wanted


def distinct(names: Iterator[str]) -> list[str]:
    """Names in their order, each once."""
    return list(dict.fromkeys(names))
