"""Rows in running text follow a pattern: the same bullet, the next number, the same mark, the same room."""

import itertools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from statistics import median

from extraction import legal_forms
from extraction.lists import Listed
from extraction.source import Source
from extraction.words import terms

_BULLET = re.compile(r"[ \t]*(?:([•●▪■◦‣∙·*–—\uf0b7\uf0a7\uf076-])|(\d{1,3})[.)])[ \t]+(?=\S)")
_MARK = re.compile(r"\s*([,;•●·|/])\s*(?:(?:and|und|et|y|e|og|och|&)\s+)?")
_ITEM = re.compile(r"\s*([,;•●·|/])\s*(.+?)\s*\1\s*(?:(?:and|und|et|y|e|og|och|&)\s+)?", re.DOTALL)
_COUNT = re.compile(r"^[ \t]*(\d{1,3})[.)]?[ \t]*$", re.MULTILINE)
_BEFORE, _REACH = 6, 600  # characters before a row in which its number stands, and around the rows for another
_LONGEST_ITEM = 8  # words
_QUOTED = 60


def left_over(listed: Listed, source: Source) -> str | None:
    """What the pattern of the rows says is missing from among them."""
    for look in (_twice, _bulleted, _marked, _between):
        if found := look(listed, source):
            return found
    return None


def _twice(listed: Listed, source: Source) -> str | None:
    """A plain value is listed once: where it comes twice, it stands in for another."""
    values = Counter("".join(terms(str(row))) for row in listed.rows if listed.is_plain)
    return next((f"{value!r} is listed twice" for value, times in values.items() if times > 1 and value), None)


def _bulleted(listed: Listed, source: Source) -> str | None:
    """Lines with the bullet of the rows, or the number next to theirs, that hold no row."""
    text, taken = source.text, {source.line_at(spot.start) for spot in listed.spots}
    found = [_BULLET.match(text, text.rfind("\n", 0, spot.start) + 1) for spot in listed.spots]
    marks = {each[1] or "1" for each in found if each}
    if len(found) < 2 or len(marks) != 1 or not all(found):
        return None
    first, last = listed.spots[0].start, listed.spots[-1].end
    for line in _bullet_lines(text, first, last):
        if (line[1] or "1") in marks and source.line_at(line.start()) not in taken and _is_next(line, found, text):
            return f"a row is left over: {text[line.end() : line.end() + _QUOTED].splitlines()[0]!r}"
    return None


def _bullet_lines(text: str, first: int, last: int) -> Iterator[re.Match[str]]:
    """Lines with a bullet from the one before the first row to the one after the last."""
    begin = text.rfind("\n", 0, text.rfind("\n", 0, first)) + 1 if text.rfind("\n", 0, first) > 0 else 0
    end = text.find("\n", last)
    at = begin
    while at >= 0 and at <= (end + 1 if end >= 0 else last):
        if found := _BULLET.match(text, at):
            yield found
        after = text.find("\n", at)
        at = after + 1 if after >= 0 else -1


def _is_next(line: re.Match[str], rows: list[re.Match[str] | None], text: str) -> bool:
    """Of numbered lines only those that go on with the rows' own numbers; of others, any."""
    if not line[2]:
        return True
    known = [int(row[2]) for row in rows if row and row[2]]
    return min(known) - 1 <= int(line[2]) <= max(known) + 1 and int(line[2]) not in known and int(line[2]) > 0


def counted(listed: Listed, source: Source) -> str | None:
    """Rows of a table that the document counts: a line with the number between theirs, before or behind them."""
    text, spots = source.text, listed.spots
    found = [_COUNT.search(text, max(spot.start - _BEFORE, 0), spot.start) for spot in spots]
    numbers = [int(each[1]) for each in found if each]
    if len(numbers) != len(spots) or any(one >= other for one, other in itertools.pairwise(numbers)):
        return None
    bounds = [max(spots[0].start - _REACH, 0), *(spot.end for spot in spots), min(spots[-1].end + _REACH, len(text))]
    for number in range(max(numbers[0] - 1, 1), numbers[-1] + 2):
        at = bisect_left(numbers, number)
        if number not in numbers:
            end = spots[at].start if at < len(spots) else bounds[-1]
            if line := re.compile(rf"^[ \t]*{number}(?:[.)]|[ \t]+(?=[^\W\d_])).*$", re.MULTILINE).search(
                text, bounds[at], end
            ):
                return f"a row is left over: {line[0].strip()[:_QUOTED]!r}"
    return None


def _marked(listed: Listed, source: Source) -> str | None:
    """Rows with a mark between them: something between two marks, or behind the last one, that is no row."""
    text, spots = source.text, listed.spots
    gaps = [text[one.end : other.start] for one, other in itertools.pairwise(spots) if one.end <= other.start]
    pure = [found[1] for gap in gaps if (found := _MARK.fullmatch(gap))]
    for gap in gaps:
        found = _ITEM.fullmatch(gap)
        if found and (not pure or found[1] in pure) and _is_item(found[2]):
            return f"a row is left over: {' '.join(found[2].split())[:_QUOTED]!r}"
    if not pure or len(pure) * 2 < len(gaps):
        return None
    mark = max(set(pure), key=pure.count)
    return _behind(text, spots[-1].end, mark) or _before(text, spots[0].start, mark)


def _is_item(text: str) -> bool:
    """Whether a text may be a row of its own, and not the end of the one before it."""
    words = terms(text)
    return 0 < len(words) <= 3 * _LONGEST_ITEM and legal_forms.form_at_start(words) is None


def _behind(text: str, end: int, mark: str) -> str | None:
    found = re.match(rf"\s*{re.escape(mark)}\s*([^\n{re.escape(mark)}.;:]+)", text[end : end + 120])
    if found and 0 < len(terms(found[1])) <= _LONGEST_ITEM:
        return f"a row is left over: {found[1].strip()[:_QUOTED]!r}"
    return None


def _before(text: str, start: int, mark: str) -> str | None:
    found = re.search(rf"([^\n{re.escape(mark)}.;:]+){re.escape(mark)}\s*$", text[max(start - 120, 0) : start])
    if found and 0 < len(terms(found[1])) <= _LONGEST_ITEM:
        return f"a row is left over: {found[1].strip()[:_QUOTED]!r}"
    return None


def _between(listed: Listed, source: Source) -> str | None:
    """Rows that follow each other at an even distance: a gap with room for one more, and its words."""
    spots = listed.spots
    if not any(sign.isalpha() for spot in spots[:1] for sign in source.text[spot.start : spot.end]):
        return None
    gaps = [
        (len(terms(source.text[one.end : other.start])), one.end, other.start)
        for one, other in itertools.pairwise(spots)
    ]
    if len(gaps) < 2:
        return None
    usual = median(words for words, _, _ in gaps)
    sizes = [len(terms(source.text[spot.start : spot.end])) for spot in spots]
    for words, start, end in gaps:
        if usual <= max(sizes) and usual + max(1, min(sizes)) <= words <= usual + 2 * (max(sizes) + usual) + 2:
            return f"room for a row is left over: {' '.join(source.text[start:end].split())[:_QUOTED]!r}"
    return None
