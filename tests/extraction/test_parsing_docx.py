"""A Word document becomes what its pages show, in their order."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document as Word

from extraction.parsing import Corrupt, Empty, parse

_MAIN = "word/document.xml"


def _saved(word: Word) -> bytes:
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


def _built(build: Callable[[Word], None]) -> bytes:
    word = docx.Document()
    build(word)
    return _saved(word)


def _packed(members: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, text in members.items():
            package.writestr(name, text)
    return target.getvalue()


def _with_markup(markup: str, **parts: str) -> bytes:
    """The smallest package whose body is the given markup, beside further parts by the kind of their relation."""
    listed = "".join(f'<Relationship Id="{kind}" Type="x/{kind}" Target="{kind}.xml"/>' for kind in parts)
    return _packed(
        {
            "_rels/.rels": f'<Relationships><Relationship Type="x/officeDocument" Target="{_MAIN}"/></Relationships>',
            "word/_rels/document.xml.rels": f"<Relationships>{listed}</Relationships>",
            _MAIN: f'<w:document xmlns:w="urn:w" xmlns:m="urn:m" xmlns:mc="urn:c">{markup}</w:document>',
            **{f"word/{kind}.xml": f'<w:story xmlns:w="urn:w">{text}</w:story>' for kind, text in parts.items()},
        }
    )


def _words(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The package with each member changed, or left out where the change is None."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            if (member := change(name, source.read(name))) is not None:
                changed.writestr(name, member)
    return target.getvalue()


def test_paragraphs_and_tables_keep_their_order() -> None:
    """A table stands where it stands; its rows are lines, its cells columns."""

    def build(word: Word) -> None:
        word.add_paragraph("Purchase order 7")
        table = word.add_table(rows=2, cols=3)
        for row, texts in zip(table.rows, (["Item", "Qty", "Price"], ["Pipe", "2", "5.00"]), strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        word.add_paragraph("Kind regards")

    document = parse("order.docx", _built(build))
    assert document.text == "Purchase order 7\n\nItem\tQty\tPrice\nPipe\t2\t5.00\n\nKind regards"
    assert [(span.page, span.label) for span in document.spans] == [(None, "body")]
    assert document.mime.endswith("wordprocessingml.document")


def test_headers_come_before_the_body_and_footers_after() -> None:
    """A letterhead and its small print are text of the document, each once."""

    def build(word: Word) -> None:
        word.sections[0].header.paragraphs[0].text = "ACME GmbH"
        word.sections[0].footer.paragraphs[0].text = "VAT DE123"
        word.add_paragraph("Order 7")
        word.add_section().header.is_linked_to_previous = False
        word.sections[1].header.paragraphs[0].text = "ACME GmbH"

    document = parse("order.docx", _built(build))
    assert document.text == "ACME GmbH\n\nOrder 7\n\nVAT DE123"
    assert [span.label for span in document.spans] == ["page header", "body", "page footer"]


def test_a_table_within_a_cell_keeps_its_rows() -> None:
    """Forms nest tables to lay out a page: the inner rows stay rows, the outer cells follow each other."""

    def build(word: Word) -> None:
        outer = word.add_table(rows=1, cols=2)
        outer.cell(0, 0).text = "Ship to"
        inner = outer.cell(0, 1).add_table(rows=2, cols=2)
        for row, texts in zip(inner.rows, (["Street", "Main 1"], ["City", "Bern"]), strict=True):
            row.cells[0].text, row.cells[1].text = texts

    assert parse("nested.docx", _built(build)).text == "Ship to\nStreet\tMain 1\nCity\tBern"


def test_merged_cells_are_written_once() -> None:
    """A cell over two columns is one cell of its row."""

    def build(word: Word) -> None:
        table = word.add_table(rows=1, cols=3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "Total"
        table.cell(0, 2).text = "12.50"

    assert parse("merged.docx", _built(build)).text == "Total\t12.50"


def test_line_breaks_tabs_and_hyphens_are_characters() -> None:
    """What a writer types with a key of its own is there in the text."""
    run = "<w:t>Net</w:t><w:tab/><w:t>10</w:t><w:br/><w:t>VAT</w:t><w:noBreakHyphen/><w:t>free</w:t>"
    paragraph = f"<w:p><w:pPr><w:tabs><w:tab w:pos='1'/></w:tabs></w:pPr><w:r>{run}</w:r></w:p>"
    assert parse("marks.docx", _with_markup(paragraph)).text == "Net\t10\nVAT-free"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<w:ins><w:r><w:t>in</w:t></w:r></w:ins><w:del><w:r><w:delText>out</w:delText></w:r></w:del>", "in"),
        ("<w:moveFrom><w:r><w:t>old</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>new</w:t></w:r></w:moveTo>", "new"),
        ("<w:sdt><w:sdtPr><w:tab/></w:sdtPr><w:sdtContent><w:r><w:t>held</w:t></w:r></w:sdtContent></w:sdt>", "held"),
        ("<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>", "link"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r>", "3"),
        ("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>", "x+1"),
        ("<w:r><w:sym w:font='Wingdings' w:char='F0FE'/><w:t> agreed</w:t></w:r>", "☒ agreed"),
        ("<w:r><w:sym w:font='Symbol' w:char='F0B7'/><w:t>point</w:t></w:r>", "point"),
    ],
)
def test_what_the_page_shows_is_text_and_what_it_does_not_is_none(markup: str, text: str) -> None:
    """Insertions, controls, links and formulas are shown; deletions and field codes are not."""
    assert parse("odd.docx", _with_markup(f"<w:p>{markup}</w:p>")).text == text


def test_a_text_box_is_read_once() -> None:
    """A drawing comes with a copy for older programs: only the first is shown."""
    box = f"<w:txbxContent>{_words('Net 30 days')}</w:txbxContent>"
    drawing = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    content = _with_markup(f"<w:p><w:r>{drawing}</w:r><w:r><w:t>Terms</w:t></w:r></w:p>")
    assert parse("box.docx", content).text == "Net 30 days\nTerms"


def test_strict_files_are_read_like_any_other() -> None:
    """The ISO namespaces name the same elements."""

    def build(word: Word) -> None:
        word.add_paragraph("Strictly")

    def strict(_name: str, member: bytes) -> bytes:
        return member.replace(b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/")

    assert parse("strict.docx", _changed(_built(build), strict)).text == "Strictly"


def test_a_document_without_its_main_part_is_corrupt() -> None:
    """What the package promises and does not hold is named."""
    content = _changed(_with_markup(_words("x")), lambda name, member: None if name == _MAIN else member)
    with pytest.raises(Corrupt, match=r"its part word/document\.xml is missing"):
        parse("hollow.docx", content)


def test_a_document_without_relations_is_corrupt() -> None:
    """Without its table of contents an archive is only an archive."""
    content = _changed(_with_markup(_words("x")), lambda name, member: None if name == "_rels/.rels" else member)
    with pytest.raises(Corrupt, match="names no main document"):
        parse("lost.docx", content)


def test_markup_that_breaks_off_is_corrupt() -> None:
    """Half a document is not passed off as a whole one."""
    content = _changed(_with_markup(_words("x")), lambda name, member: member[:-9] if name == _MAIN else member)
    with pytest.raises(Corrupt, match=r"its part word/document\.xml is no XML"):
        parse("half.docx", content)


def test_a_document_without_a_word_is_empty() -> None:
    """An empty page is no text."""
    with pytest.raises(Empty):
        parse("blank.docx", _saved(docx.Document()))


def test_an_address_in_a_cell_keeps_its_lines() -> None:
    """A row of few cells with many lines lays out a page; a row of data stays on its line."""

    def build(word: Word) -> None:
        layout = word.add_table(rows=1, cols=2)
        layout.cell(0, 0).text = "ACME GmbH\nMain 1\n3000 Bern\nSwitzerland"
        layout.cell(0, 1).text = "Order 7"
        word.add_paragraph("")
        data = word.add_table(rows=1, cols=4)
        for cell, text in zip(data.rows[0].cells, ("1", "Pipe\nDIN 2448", "2", "5.00"), strict=True):
            cell.text = text

    text = parse("address.docx", _built(build)).text
    assert text == "ACME GmbH\nMain 1\n3000 Bern\nSwitzerland\nOrder 7\n\n1\tPipe DIN 2448\t2\t5.00"


def test_notes_are_read_after_the_body() -> None:
    """A footnote is text that a reader sees, with a label of its own."""
    document = parse("note.docx", _with_markup(_words("Price: 5*"), footnotes=_words("* net"), endnotes=_words("end")))
    assert document.text == "Price: 5*\n\n* net\n\nend"
    assert [span.label for span in document.spans] == ["body", "footnotes", "endnotes"]


def test_tables_nested_without_end_are_read_as_lines() -> None:
    """Depth costs nothing: no recursion, no copy a level."""
    depth = 5_000
    content = _with_markup("<w:tbl><w:tr><w:tc>" * depth + _words("deep") + "</w:tc></w:tr></w:tbl>" * depth)
    assert parse("deep.docx", content).text == "deep"
