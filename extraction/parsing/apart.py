"""What is done in a process apart: functions of plain arguments, whose outcomes go back through a pipe."""

from collections.abc import Callable, Sequence

from extraction.document import Box, Document
from extraction.parsing import parse, raw_file
from extraction.parsing.boxes import Printed, Stretch, boxes_of
from extraction.parsing.ocr import recognise
from extraction.parsing.picture import NeedsEyes, Picture, Recognised, needs_eyes
from extraction.parsing.shots import Frame, Page, Shot, shots_of


def read_text(name: str, content: bytes) -> Document | None:
    """The document; None where it holds pictures of text, which cost far more."""
    try:
        return parse(name, content, recognise=needs_eyes)
    except NeedsEyes:
        return None


def read_all(name: str, content: bytes, beat: Callable[[], None]) -> Document:
    """The document with its pictures read; `beat` is called for each."""

    def seen(picture: Picture) -> Recognised:
        beat()
        return recognise(picture, beat)

    return parse(name, content, recognise=seen)


def find_boxes(name: str, content: bytes, wanted: Sequence[Printed]) -> dict[Stretch, Box]:
    """Where these stretches of the document stand in print."""
    return boxes_of(raw_file(name, content), wanted)


def show_pages(name: str, content: bytes, wanted: Sequence[Page], frame: Frame) -> list[Shot]:
    """These pages as pictures for somebody who looks at them."""
    return shots_of(raw_file(name, content), wanted, frame)
