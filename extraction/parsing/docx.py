"""A DOCX is read from its XML in document order: text in controls, boxes and insertions is not lost."""

from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.office_parts import Relation, main_member, relations, story
from extraction.parsing.package import checked_package

# In the order in which a reader meets them; the body stands where its relation does.
_STORIES = (
    ("header", "page header"),
    ("body", "body"),
    ("footnotes", "footnotes"),
    ("endnotes", "endnotes"),
    ("footer", "page footer"),
)


def read_docx(file: RawFile) -> Parts:
    """Page headers, body, notes and page footers, each text once."""
    with checked_package(file) as package:
        main = main_member(file, package)
        related = [*relations(file, package, main), Relation("body", main, "")]
        for kind, label in _STORIES:
            members = [relation.member for relation in related if relation.kind == kind]
            texts = dict.fromkeys(story(file, package, member) for member in members)
            yield from (Part(text, label) for text in texts if text or kind == "body")
