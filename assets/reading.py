"""Documents are read where they can do no harm: a hostile one costs its worker, and gets a verdict of its own."""

import os
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TypeVar

from extraction.document import Box, Document
from extraction.parsing import Crashed, TooHungry, TooSlow
from extraction.parsing.apart import find_boxes, read_all, read_text, show_pages
from extraction.parsing.border import one_line
from extraction.parsing.boxes import Stretch, in_print
from extraction.parsing.shots import Frame, Page, Shot
from resources.workers import Died, Limit, TookTooLong, TookTooMuch, Workers

T = TypeVar("T")

LIMIT = Limit()
_MOST = 4
_MODULES = ("extraction.parsing.apart",)
_FRAME = Frame()


class Readers:
    """Workers that read text, and one that reads pictures: each page of those costs seconds and half a gigabyte."""

    def __init__(self, limit: Limit = LIMIT, most: int = 0) -> None:
        self.at_once = most or min(_MOST, os.cpu_count() or 1)
        self._texts = Workers(self.at_once, limit, _MODULES)
        self._pictures = Workers(1, limit, _MODULES)

    def read(self, name: str, content: bytes) -> Document:
        """The document; raises Unreadable."""
        document = _told(name, lambda: self._texts.run(read_text, name, content))
        if document is not None:
            return document
        return _told(name, lambda: self._pictures.run(read_all, name, content, beats=True))

    def boxes(self, name: str, content: bytes, document: Document, wanted: Sequence[Stretch]) -> dict[Stretch, Box]:
        """Where these stretches of a document stand in print; raises Unreadable."""
        printed = in_print(document, wanted)
        return _told(name, lambda: self._texts.run(find_boxes, name, content, printed)) if printed else {}

    def shots(self, name: str, content: bytes, pages: Sequence[Page], frame: Frame = _FRAME) -> list[Shot]:
        """Pages as pictures; raises Unreadable."""
        return _told(name, lambda: self._texts.run(show_pages, name, content, pages, frame))

    def __enter__(self) -> "Readers":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._texts.end()
        self._pictures.end()


def _told(name: str, work: Callable[[], T]) -> T:
    """The outcome; the loss of a worker is a fact about the file."""
    name = one_line(name) or "the file"
    try:
        return work()
    except TookTooLong as lost:
        raise TooSlow(name, lost.limit_s) from lost
    except TookTooMuch as lost:
        raise TooHungry(name, lost.limit_mb) from lost
    except Died as lost:
        raise Crashed(name, lost.how) from lost
