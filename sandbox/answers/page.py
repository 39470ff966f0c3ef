"""A document is its lines and their cells; of a letter in a thread, only the newest part speaks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

_DOCUMENT = re.compile(r"<document>\n?(.*?)\n?</document>", re.DOTALL)
_HEADER = re.compile(r"([A-Z][\w-]{1,24})\s*:\s(.*)")
_NEEDED = frozenset(["from", "von", "de", "da"]), frozenset(["subject", "betreff", "objet", "asunto", "oggetto"])
_CELLS = re.compile(r"\t| \| |\s{2,}")
_LONGEST = 600
_GAP = "[…]"
_ONLY_THIS_PART = re.compile(r"\bthis part only\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line and its cells."""

    text: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A document's text; lists begin at the line `listed`, what stands above was listed before."""

    text: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    lines: tuple[Line, ...] = ()
    listed: int = 0


@lru_cache(maxsize=16)
def page_of(prompt: str) -> Page:
    """The document that a prompt brings; the whole prompt, if it does not set one apart."""
    found = _DOCUMENT.findall(prompt)
    text = found[-1] if found else prompt
    headers, rest = _headers(text)
    body = _newest(rest) if headers else rest
    lines = tuple(Line(each.strip(), _cells(each)) for each in _short(body) if each.strip())
    gaps = [number for number, line in enumerate(lines) if line.text == _GAP]
    part_only = bool(gaps) and bool(_ONLY_THIS_PART.search(prompt.partition("<document>")[0]))
    return Page(text, headers, body, lines, gaps[0] if part_only else 0)


def _short(body: str) -> Iterator[str]:
    """The lines; one without end is read in pieces, as looking around in it takes its square in time."""
    for line in body.split("\n"):
        yield from (line[at : at + _LONGEST] for at in range(0, max(len(line), 1), _LONGEST))


def _cells(line: str) -> tuple[str, ...]:
    if "\t" not in line and " | " not in line and "  " not in line:
        return (line.strip(),)
    return tuple(cell.strip() for cell in _CELLS.split(line.strip("\n\r ")))


def _headers(text: str) -> tuple[dict[str, str], str]:
    """The header lines of an e-mail, if the text begins like one, and what follows."""
    headers: dict[str, str] = {}
    rest = text.lstrip()
    while found := _HEADER.match(rest):
        headers.setdefault(found[1].lower(), found[2].strip())
        rest = rest[found.end() :].removeprefix("\n")
    is_mail = all(headers.keys() & names for names in _NEEDED)
    return (headers, rest) if is_mail else ({}, text)


def _newest(body: str) -> str:
    """A letter without the letters that it quotes."""
    lines = body.split("\n")
    quoted = next((number for number, line in enumerate(lines) if line.startswith(">")), None)
    if quoted is None:
        cut = re.search(r"^-{2,}\s?\w[^\n]*-{2,}$|^_{10,}$", body, re.MULTILINE)
        return body[: cut.start()] if cut else body
    kept = lines[:quoted]
    while kept and not kept[-1].strip():
        kept.pop()
    if kept and kept[-1].rstrip().endswith(":"):
        kept.pop()
    return "\n".join(kept)
