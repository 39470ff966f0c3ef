"""What could not be read, or hardly, is a reason to look: a record of the rest may be right and still not whole."""

from collections.abc import Iterator

from extraction.document import Document
from extraction.verdict import Reason


def hardly_legible(doc: Document) -> Iterator[Reason]:
    """A reason for each attachment that is not read and each page that was recognised poorly."""
    for span in doc.unread_parts():
        yield Reason("", f"{span.label}: {doc.text[span.start : span.end].strip()}")
    for span in doc.poor_pages():
        yield Reason("", f"{span.label} was recognised poorly (confidence {span.confidence:.2f}): compare it")
