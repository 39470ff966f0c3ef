"""Presentations, rich text and OpenDocument texts are read; what is locked or hostile among them says so."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress

import pytest

from extraction.parsing import Corrupt, Empty, Encrypted, Limits, TooLarge, parse

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    f'xmlns:r="{_RELATIONS}"'
)


def _packed(members: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(name, text)
    return target.getvalue()


def _rels(*relations: tuple[str, str, str]) -> str:
    each = (f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{to}"/>' for name, kind, to in relations)
    return f"<Relationships>{''.join(each)}</Relationships>"


def _paragraph(text: str) -> str:
    return f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"


def _slide(markup: str) -> str:
    return f"<p:sld {_NAMES}><p:txBody>{markup}</p:txBody></p:sld>"


def _pptx(slides: Sequence[str], order: Sequence[int], notes: str = "") -> bytes:
    """The slides, shown in this order; the notes belong to the first."""
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{256 + place}" r:id="rId{place}"/>' for place in order)
    members = {
        "_rels/.rels": _rels(("rId1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {_NAMES}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": _rels(*((f"rId{n}", "slide", f"slides/slide{n}.xml") for n in numbers)),
    }
    members |= {f"ppt/slides/slide{n}.xml": slide for n, slide in zip(numbers, slides, strict=True)}
    if notes:
        members["ppt/slides/_rels/slide1.xml.rels"] = _rels(("rId9", "notesSlide", "../notesSlides/notes.xml"))
        members["ppt/notesSlides/notes.xml"] = _slide(_paragraph(notes))
    return _packed(members)


def test_slides_are_read_in_the_order_of_the_show() -> None:
    """Not in that of their names; each is a page, its table a table, its notes with it."""
    table = "".join(
        f"<a:tr>{''.join(f'<a:tc><a:txBody>{_paragraph(cell)}</a:txBody></a:tc>' for cell in row)}</a:tr>"
        for row in (("Item", "Price"), ("Pipe", "5"))
    )
    first, second = _slide(_paragraph("Terms")), _slide(_paragraph("Offer 7") + f"<a:tbl>{table}</a:tbl>")
    document = parse("show.pptx", _pptx([first, second], [2, 1], notes="valid until May"))
    assert document.text == "Offer 7\n\nItem\tPrice\nPipe\t5\n\nTerms\n\nvalid until May"
    assert [(span.page, span.label) for span in document.spans] == [(1, "slide 1"), (2, "slide 2")]


def test_a_show_of_pictures_is_empty() -> None:
    """Slides without a word are no document."""
    with pytest.raises(Empty, match=r"show\.pptx holds nothing to read"):
        parse("show.pptx", _pptx([_slide("")], [1]))


def test_a_presentation_without_its_main_part_is_corrupt() -> None:
    """A name is no promise."""
    with pytest.raises(Corrupt, match="names no main document"):
        parse("show.pptx", _packed({"ppt/presentation.xml": "<p/>"}))


@pytest.mark.parametrize("name", ["old.rtf", "named.doc"])
def test_rich_text_is_read(name: str) -> None:
    """By its mark, whatever its name; letters of its code page are letters."""
    document = parse(name, b"{\\rtf1\\ansi\\ansicpg1252\\deff0 Gr\\'fc\\'dfe aus K\\u246?ln\\par Preis: 5 EUR\\par}")
    assert "Grüße aus Köln" in document.text
    assert "Preis: 5 EUR" in document.text
    assert document.mime == "application/rtf"


def _odt(manifest: str = "<manifest/>", words: str = "Order 7") -> bytes:
    office, text = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "text"))
    content = (
        f'<office:document-content xmlns:office="{office}" xmlns:text="{text}"><office:body><office:text>'
        f"<text:p>{words}</text:p></office:text></office:body></office:document-content>"
    )
    return _packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "META-INF/manifest.xml": manifest,
            "content.xml": content,
        }
    )


def test_an_open_document_text_is_read() -> None:
    """Also one whose manifest declares a document type, as older writers did."""
    assert parse("a.odt", _odt("<!DOCTYPE manifest:manifest><manifest/>")).text == "Order 7"


def test_a_locked_open_document_is_encrypted() -> None:
    """Its manifest says so."""
    with pytest.raises(Encrypted, match=r"a\.odt is protected by a password"):
        parse("a.odt", _odt("<manifest><encryption-data/></manifest>"))


def test_a_bomb_is_refused_before_its_reader_sees_it() -> None:
    """What foreign code would unpack is measured first."""
    with pytest.raises(TooLarge, match="unpacked bytes"):
        parse("a.odt", _odt(words="x" * 300_000), Limits(unpacked_bytes=100_000))


@pytest.mark.parametrize("content", [b"{\\rtf1", b"{\\rtf1 " + b"{" * 5_000, b"{\\rtf1\\bin99999999 x}"])
def test_broken_rich_text_is_text_or_a_typed_failure(content: bytes) -> None:
    """Braces without end hang nobody."""
    with suppress(Corrupt, Empty):
        assert parse("a.rtf", content).text.strip()
