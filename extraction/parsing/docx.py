"""A DOCX is read from its XML in document order: text in controls, boxes and insertions is not lost."""

import posixpath
import zipfile
from collections.abc import Generator
from xml.etree.ElementTree import ParseError, XMLParser

from extraction.parsing.limits import Part, RawFile
from extraction.parsing.package import checked_package
from extraction.parsing.unreadable import Corrupt
from extraction.parsing.word import Story

# In the order in which a reader meets them; the body stands where its relation does.
_STORIES = (
    ("header", "page header"),
    ("body", "body"),
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("footer", "page footer"),
)
_MARKUP_ERRORS = (ParseError, LookupError, ValueError)
_STEP_BYTES = 1 << 16


def read_docx(file: RawFile) -> Generator[Part, None, None]:
    """Page headers, body, notes and page footers, each text once."""
    with checked_package(file) as package:
        main = _main_member(file, package)
        related = _relations(file, package, main)
        related.append(("body", main))
        for kind, label in _STORIES:
            members = [member for relation, member in related if relation == kind]
            texts = dict.fromkeys(_story(file, package, member) for member in members)
            yield from (Part(text, label) for text in texts if text or kind == "body")


def _main_member(file: RawFile, package: zipfile.ZipFile) -> str:
    for relation, member in _relations(file, package, ""):
        if relation == "officeDocument":
            return member
    raise Corrupt(file.name, "its archive names no main document")


def _relations(file: RawFile, package: zipfile.ZipFile, member: str) -> list[tuple[str, str]]:
    """What a member refers to: the last word of each relation's type, and the member it names."""
    folder, base = posixpath.split(member)
    listing = f"{folder}/_rels/{base}.rels".lstrip("/")
    if listing not in package.namelist():
        return []
    found = _Relations()
    _feed(file, package, listing, found)
    return [(kind, posixpath.normpath(posixpath.join("/", folder, target))[1:]) for kind, target in found.targets]


def _story(file: RawFile, package: zipfile.ZipFile, member: str) -> str:
    story = Story()
    _feed(file, package, member, story)
    return story.text()


def _feed(file: RawFile, package: zipfile.ZipFile, member: str, target: "Story | _Relations") -> None:
    try:
        parser = XMLParser(target=target)  # noqa: S314 (a DTD was refused when the package was checked)
        with package.open(member) as stream:
            while step := stream.read(_STEP_BYTES):
                parser.feed(step)
        parser.close()
    except KeyError as error:
        raise Corrupt(file.name, f"its part {member} is missing") from error
    except _MARKUP_ERRORS as error:
        raise Corrupt(file.name, f"its part {member} is no XML ({error})") from error


class _Relations:
    """Receives the elements of a .rels part; what lies outside the package is left out."""

    def __init__(self) -> None:
        self.targets: list[tuple[str, str]] = []

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        if "Target" in attributes and attributes.get("TargetMode") != "External":
            self.targets.append((attributes.get("Type", "").rpartition("/")[2], attributes["Target"]))

    def end(self, _tag: str) -> None: ...

    def data(self, _text: str) -> None: ...

    def close(self) -> None: ...
