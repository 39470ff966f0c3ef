"""What the lake holds of a document, as the value it was read as."""

from extraction.document import Document
from extraction.spans import spans_from_json
from resources.lake import LakeDocument


def document_of(stored: LakeDocument) -> Document:
    """The document as it was read."""
    return Document(stored.text, spans_from_json(stored.spans), stored.mime)
