"""Documents of which some cannot be read, some are never answered as the schema wants, and most are well."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.samples import Sample, generate
from benchmarks.samples.broken import locked_pdf, no_package

FEED = "supplier_messages"
MARK = "Form QX-77"  # what is asked about a document that says so is answered with nonsense, each time
SHARE = 20  # one of so many is hurt in each way
_KILLERS = 1_000  # one of so many costs its reader thirty seconds and its life
_PARAGRAPHS = 8_000_000
_BROKEN: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("truncated.pdf", lambda number: b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + number),
    ("locked.pdf", lambda number: locked_pdf(b"") + number),
    ("renamed.xlsx", lambda number: no_package(b"") + number),
    ("half.docx", lambda number: b"PK\x03\x04" + number * 40),
)


@dataclass(frozen=True, slots=True)
class Mixture:
    """How many of each, of so many documents."""

    unreadable: int
    never_valid: int
    well: int

    @classmethod
    def of(cls, count: int, hurt: int) -> "Mixture":
        return cls(hurt, hurt, count - 2 * hurt)

    @property
    def killers(self) -> int:
        return self.total // _KILLERS

    @property
    def total(self) -> int:
        return self.unreadable + self.never_valid + self.well


def put(folder: Path, mixture: Mixture, seed: int) -> None:
    """Files of other bytes for each seed: no two partitions hold the same."""
    folder.mkdir(parents=True)
    for name, content in _files(mixture, seed):
        (folder / name).write_bytes(content)


def _files(mixture: Mixture, seed: int) -> Iterator[tuple[str, bytes]]:
    yield from ((sample.name, sample.content) for sample in _well(mixture.well, seed))
    for number in range(mixture.never_valid):
        text = (
            f"{MARK}, message {seed}-{number}\n\nDear buyer,\nwe confirm your order {number + 4_000}.\nNordwerk GmbH\n"
        )
        yield f"form-{number:05}.txt", text.encode()
    for number in range(mixture.unreadable - mixture.killers):
        name, make = _BROKEN[number % len(_BROKEN)]
        yield f"broken-{number:05}-{name}", make(f"{seed}-{number}".encode())
    for number in range(mixture.killers):
        yield f"without-end-{number:05}.docx", _without_end(f"{seed}-{number}")


def _well(count: int, seed: int) -> Iterator[Sample]:
    """Nobody hurt them: those that the samples break on purpose are left out."""
    return islice((each for each in generate(seed, FEED, 2 * count + 100) if each.expected != "dead"), count)


def _without_end(name: str) -> bytes:
    """Seventy kilobytes that unpack to so many paragraphs that nobody comes to their end."""
    schema, kind = "http://schemas.openxmlformats.org", "application/vnd.openxmlformats-"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{schema}/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" '
        f'ContentType="{kind}officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{schema}/package/2006/relationships"><Relationship '
        f'Id="rId1" Target="word/document.xml" Type="{schema}/officeDocument/2006/relationships/officeDocument"/>'
        "</Relationships>",
        "word/document.xml": f'<w:document xmlns:w="{schema}/wordprocessingml/2006/main"><w:body>'
        f"<w:p><w:r><w:t>{name}</w:t></w:r></w:p>{'<w:p/>' * _PARAGRAPHS}</w:body></w:document>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path, text in parts.items():
            package.writestr(path, text)
    return target.getvalue()
