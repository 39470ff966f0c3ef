"""Evidence names the page and the box a value stands in: what the text does not tell is asked of the bytes, once."""

from collections.abc import Sequence
from typing import Any

from assets.reading import Readers
from extraction.document import Box, Document
from extraction.grounding import Evidence
from extraction.parsing import Unreadable
from extraction.parsing.boxes import Stretch, in_print
from resources.lake import Lake, LakeError


class Places:
    """Looks up where values stand on the pages of one feed's documents; without readers, as far as the text tells."""

    def __init__(self, feed: str, lake: Lake, readers: Readers | None = None) -> None:
        self._feed, self._lake, self._readers = feed, lake, readers

    def of(self, name: str, doc_id: str, document: Document, evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
        """For each piece of evidence: page, box (in shares of the page as shown), cell, number of the attachment."""
        stretches = {(each.start, each.end) for each in evidence if each.start is not None and each.end is not None}
        printed = self._printed(name, doc_id, document, sorted(stretches))
        return [_place(document, each, printed) for each in evidence]

    def _printed(self, name: str, doc_id: str, document: Document, stretches: Sequence[Stretch]) -> dict[Stretch, Box]:
        if self._readers is None or not in_print(document, stretches):
            return {}
        try:
            content = self._lake.read_bytes(self._feed, doc_id)
            return self._readers.boxes(name, content, document, stretches)
        except (LakeError, Unreadable):  # a record without its boxes is still a record
            return {}


def _place(document: Document, evidence: Evidence, printed: dict[Stretch, Box]) -> dict[str, Any]:
    if evidence.start is None or evidence.end is None:
        return {"page": None, "box": None, "cell": None, "within": None}
    where = document.where(evidence.start, evidence.end)
    box = where.box or printed.get((evidence.start, evidence.end))
    return {
        "page": where.page,
        "box": [round(edge, 4) for edge in box] if box else None,
        "cell": where.cell,
        "within": where.within or None,
    }
