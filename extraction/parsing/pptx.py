"""A presentation is its slides in the order of the show, each with its diagrams' words and its speaker's notes."""

import zipfile
from collections.abc import Iterator

from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.office_parts import feed, main_member, relations, story
from extraction.parsing.package import checked_package

_BESIDE = ("diagramData", "chart", "notesSlide")


def read_pptx(file: RawFile) -> Parts:
    """One part a slide, also for a slide without text."""
    with checked_package(file) as package:
        main = main_member(file, package)
        slides = {each.name: each.member for each in relations(file, package, main) if each.kind == "slide"}
        show = _Show()
        feed(file, package, main, show)
        shown = [slides[name] for name in show.names if name in slides]
        for number, member in enumerate(shown, start=1):
            yield Part("\n\n".join(_texts(file, package, member)), f"slide {number}", number)


def _texts(file: RawFile, package: zipfile.ZipFile, member: str) -> Iterator[str]:
    """What the slide shows, then what belongs to it."""
    beside = [each.member for each in relations(file, package, member) if each.kind in _BESIDE]
    present = set(package.namelist())
    for each in (member, *(found for found in beside if found in present)):
        if text := story(file, package, each):
            yield text


class _Show:
    """Receives the elements of the presentation: the ids of its slides in their order."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition("}")[2] == "sldId":
            self.names += [value for key, value in attributes.items() if key.endswith("}id")]

    def end(self, _tag: str) -> None: ...

    def data(self, _text: str) -> None: ...
