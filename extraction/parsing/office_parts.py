"""The members of an Office package are reached by their relations, as Office itself does: a name promises nothing."""

import posixpath
import zipfile
from typing import NamedTuple, Protocol
from xml.etree.ElementTree import ParseError, XMLParser

from extraction.parsing.limits import RawFile
from extraction.parsing.unreadable import Corrupt
from extraction.parsing.word import Story

_MARKUP_ERRORS = (ParseError, LookupError, ValueError)
_STEP_BYTES = 1 << 16


class Relation(NamedTuple):
    """The last word of a relation's type, the member it names, and the id by which markup refers to it."""

    kind: str
    member: str
    name: str


class Target(Protocol):
    """Receives the elements of one member."""

    def start(self, tag: str, attributes: dict[str, str], /) -> None: ...
    def end(self, tag: str, /) -> None: ...
    def data(self, text: str, /) -> None: ...


def main_member(file: RawFile, package: zipfile.ZipFile) -> str:
    for relation in relations(file, package, ""):
        if relation.kind == "officeDocument":
            return relation.member
    raise Corrupt(file.name, "its archive names no main document")


def relations(file: RawFile, package: zipfile.ZipFile, member: str) -> list[Relation]:
    """What a member refers to inside the package."""
    folder, base = posixpath.split(member)
    listing = f"{folder}/_rels/{base}.rels".lstrip("/")
    if listing not in package.namelist():
        return []
    found = _Relations()
    feed(file, package, listing, found)
    return [
        Relation(kind, posixpath.normpath(posixpath.join("/", folder, target))[1:], name)
        for kind, target, name in found.targets
    ]


def story(file: RawFile, package: zipfile.ZipFile, member: str) -> str:
    """The text that a member shows."""
    told = Story()
    feed(file, package, member, told)
    return told.text()


def feed(file: RawFile, package: zipfile.ZipFile, member: str, target: Target) -> None:
    """Hands the elements of a member to the target."""
    try:
        parser = XMLParser(target=target)  # noqa: S314 (a DTD was refused with the package)
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
        self.targets: list[tuple[str, str, str]] = []

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        if "Target" in attributes and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets.append((kind, attributes["Target"], attributes.get("Id", "")))

    def end(self, _tag: str) -> None: ...

    def data(self, _text: str) -> None: ...
