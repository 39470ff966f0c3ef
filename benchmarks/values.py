"""How well values are told true from wrong without a model: `python -m benchmarks.values FOLDER...`.

Every value of the gold is held against its document: a true one should be borne out. Then wrong ones are made of them,
one at a time, and each should be noticed. The other side of the same run is the plain search of a value in the text.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from benchmarks.damage import Damage, damages, same, without_row
from benchmarks.gold import Gold, gold_of, shapes_of
from extraction.checking import Checked, check
from extraction.leaves import Leaf, values_of
from extraction.parsing import Unreadable, parse
from extraction.placeholders import is_placeholder
from extraction.shape import Field
from extraction.source import Source

_MOST = 60  # values of a document that are damaged, so that no long one outweighs all others


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question to the check: is this value true?"""

    what: str
    kind: str
    half: str
    right: bool
    naive: bool
    shown: str


@dataclass(slots=True)
class Report:
    outcomes: list[Outcome] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def print(self, show: int) -> None:
        true = [each for each in self.outcomes if each.what == "true"]
        wrong = [each for each in self.outcomes if each.what != "true"]
        print(f"{'':34}{'seen':>16}{'held out':>18}{'both':>18}{'plain search':>18}")
        self._lines("true values accepted", true, lambda each: each.kind)
        self._lines("wrong values caught, by field", wrong, lambda each: each.kind)
        self._lines("wrong values caught, by damage", wrong, lambda each: each.what)
        print(f"CPU ms a question: {self.seconds / max(len(self.outcomes), 1) * 1e3:.1f}")
        for name in self.unread:
            print(f"without text, left out: {name}")
        for each in [each for each in self.outcomes if not each.right and each.half == "seen"][:show]:
            print(f"  {each.what:20} {each.shown}")

    def _lines(self, title: str, outcomes: Sequence[Outcome], of: Any) -> None:
        groups: dict[str, list[Outcome]] = defaultdict(list)
        for each in outcomes:
            groups[of(each)].append(each)
        print(f"{title:34}{_row(outcomes)}")
        for name in sorted(groups):
            print(f"    {name:30}{_row(groups[name])}")


def _row(outcomes: Sequence[Outcome]) -> str:
    halves = (_share([each.right for each in outcomes if each.half == half]) for half in ("seen", "held out"))
    sides = (_share([each.right for each in outcomes]), _share([each.naive for each in outcomes]))
    seen, held = halves
    return f"{seen:>16}{held:>18}{sides[0]:>18}{sides[1]:>18}"


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)}/{len(right)} {sum(right) / len(right):6.1%}" if right else "-"


class Examiner:
    """Puts the values of one set to the check."""

    def __init__(self, folder: Path) -> None:
        self._gold = gold_of(folder)
        self._shapes = shapes_of(folder, self._gold)
        self._values = self._by_field()

    def _by_field(self) -> Mapping[str, list[tuple[str, Any]]]:
        values: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for gold in self._gold:
            for leaf in values_of(gold.fields, self._shapes[gold.schema]):
                values[_field_of(leaf.path)].append((gold.file.name, leaf.value))
        return values

    def examine(self, report: Report) -> None:
        begun = process_time()
        for gold in self._gold:
            try:
                source = Source(parse(gold.file.name, gold.file.read_bytes()))
            except Unreadable as unreadable:
                report.unread.append(f"{gold.file.name} ({unreadable})")
                continue
            report.outcomes += self._of_document(gold, source)
        report.seconds += process_time() - begun

    def _of_document(self, gold: Gold, source: Source) -> Iterator[Outcome]:
        shape = self._shapes[gold.schema]
        truth = check(gold.fields, source, shape)
        plain = Plain(source.text)
        yield from _true(gold, truth, shape, plain)
        leaves = [leaf for leaf in values_of(gold.fields, shape) if _is_checked(leaf)]
        leaves.sort(key=lambda leaf: sha256(f"{gold.file.name}{leaf.path}".encode()).digest())
        for leaf in leaves[:_MOST]:
            random = Random(f"{gold.file.name}{leaf.path}")
            for damage in damages(leaf, gold.fields, self._others(gold, leaf), random):
                found = check(damage.record, source, shape)
                caught = _is_caught(damage.path, found, truth)
                yield _outcome(gold, damage.kind, leaf.field.kind, caught, not plain.holds(damage.value), damage)
        yield from self._dropped(gold, source, shape, truth)

    def _others(self, gold: Gold, leaf: Leaf) -> list[Any]:
        known = self._values[_field_of(leaf.path)]
        return [value for name, value in known if name != gold.file.name and not same(value, leaf.value)]

    def _dropped(self, gold: Gold, source: Source, shape: Field, truth: Checked) -> Iterator[Outcome]:
        for path, rows in _lists(gold.fields, ""):
            numbers = Random(f"{gold.file.name}{path}").sample(range(len(rows)), min(len(rows), 3))
            for number in numbers if len(rows) > 1 else []:  # without its only row there is no list to speak of
                damage = Damage("dropped row", path, rows[number], without_row(gold.fields, path, number))
                found = check(damage.record, source, shape)
                caught = any(remark.path == path or not remark.path for remark in found.remarks)
                yield _outcome(gold, damage.kind, "list", caught, False, damage)


def _true(gold: Gold, truth: Checked, shape: Field, plain: "Plain") -> Iterator[Outcome]:
    evidence = {each.path: each for each in truth.evidence}
    for leaf in values_of(gold.fields, shape):
        if isinstance(leaf.value, str) and is_placeholder(leaf.value):
            continue  # the gold says that there is no value
        found = evidence.get(leaf.path)
        right = bool(found and found.grounded) and not _remarked(leaf.path, truth)
        shown = f"{gold.file.name[:28]:28} {leaf.path} = {str(leaf.value)[:70]!r}: {found.reason if found else 'lost'}"
        yield Outcome("true", leaf.field.kind, gold.half, right, plain.holds(leaf.value), shown)
    for path, rows in _lists(gold.fields, ""):
        if rows:
            said = [remark.why for remark in truth.remarks if remark.path == path]
            shown = f"{gold.file.name[:28]:28} {path} ({len(rows)} rows): {'; '.join(said)}"
            yield Outcome("true", "list", gold.half, not said, True, shown)


def _remarked(path: str, checked: Checked) -> bool:
    return any(remark.path == path for remark in checked.remarks)


def _is_checked(leaf: Leaf) -> bool:
    """Whether a field states what the document prints; a judgement is another's word."""
    is_value = not (isinstance(leaf.value, str) and is_placeholder(leaf.value))
    return leaf.field.kind not in ("judgement",) and is_value and leaf.field.name != "array_index"


def _is_caught(path: str, found: Checked, truth: Checked) -> bool:
    """Whether the record would go to a person for it."""
    at_path = {each.path for each in found.evidence if not each.grounded} | {p.path for p in found.read.problems}
    if path in at_path or path not in {each.path for each in found.evidence}:
        return True
    return bool(_complaints(found) - _complaints(truth))


def _complaints(checked: Checked) -> set[tuple[str, str]]:
    wrong = {(each.path, "ungrounded") for each in checked.evidence if not each.grounded}
    return wrong | {(remark.path, remark.why) for remark in checked.remarks}


def _outcome(gold: Gold, what: str, kind: str, right: bool, naive: bool, damage: Damage) -> Outcome:
    shown = f"{gold.file.name[:28]:28} {damage.path} = {str(damage.value)[:90]!r}"
    return Outcome(what, kind, gold.half, right, naive, shown)


def _lists(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _lists(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        yield path, value
        for number, each in enumerate(value):
            yield from _lists(each, f"{path}[{number}]")


def _field_of(path: str) -> str:
    return re.sub(r"\[\d+\]", "[]", path)


class Plain:
    """The other side: a value is true if its signs stand in the text, blanks and case aside."""

    def __init__(self, text: str) -> None:
        self._text = _squeezed(text)

    def holds(self, value: Any) -> bool:
        sought = _squeezed(str(value))
        return bool(sought) and sought in self._text


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="+", help="docs/ and labels.jsonl")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="also the first N errors of the seen half")
    options = parser.parse_args()
    whole = Report()
    for folder in options.folder:
        report = Report()
        Examiner(folder).examine(report)
        print(f"\n== {folder.name}")
        report.print(options.show)
        whole.outcomes += report.outcomes
        whole.seconds += report.seconds
    if len(options.folder) > 1:
        print("\n== all sets")
        whole.print(0)


if __name__ == "__main__":
    main()
