"""Where recognising a page went poorly, a model that sees is shown the page; who sees nothing has the text alone."""

from collections.abc import Sequence

from assets.reading import Readers
from extraction.document import Document, Span
from extraction.parsing import Unreadable
from extraction.parsing.shots import Frame, Page
from resources.lake import Lake, LakeError
from resources.llm import Image

FRAME = Frame(pixels=1_600_000, pages=5)  # what providers look at before they make a picture smaller themselves


class Looks:
    """Makes pictures of the pages of one feed's documents; without readers, none."""

    def __init__(self, feed: str, lake: Lake, readers: Readers | None = None) -> None:
        self._feed, self._lake, self._readers = feed, lake, readers

    def at(self, name: str, doc_id: str, document: Document) -> tuple[Image, ...]:
        """The pages that were read worst, in their order."""
        worst = _worst(document.poor_pages(), FRAME.pages)
        if self._readers is None or not worst:
            return ()
        pages = [Page(span.page or 1, span.within) for span in worst]
        try:
            shots = self._readers.shots(name, self._lake.read_bytes(self._feed, doc_id), pages, FRAME)
        except (LakeError, Unreadable):  # what was recognised is still there
            return ()
        return tuple(Image(shot.mime, shot.content) for shot in shots)


def _worst(poor: Sequence[Span], most: int) -> list[Span]:
    worst = sorted(poor, key=lambda span: span.confidence or 0.0)[:most]
    return sorted(worst, key=lambda span: span.start)
