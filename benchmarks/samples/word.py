"""A Word page is paragraphs and tables; a label and its value are kept apart by a tab or by two cells."""

from collections.abc import Iterable, Sequence

from benchmarks.samples.package import content_types, packed, relations, xml_text

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PAGE = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" '
    'w:gutter="0"/></w:sectPr>'
)
_STYLES = (
    f'<w:styles xmlns:w="{_MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Calibri" w:hAnsi="Calibri"/><w:sz w:val="20"/></w:rPr></w:rPrDefault></w:docDefaults>'
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>'
    '<w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style></w:styles>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="A0A0A0"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def draw_word(blocks: Iterable[str]) -> bytes:
    """The document made of paragraphs and tables."""
    body = "".join(blocks)
    return packed(
        {
            "[Content_Types].xml": content_types(
                {
                    "word/document.xml": "wordprocessingml.document.main",
                    "word/styles.xml": "wordprocessingml.styles",
                }
            ),
            "_rels/.rels": relations({"word/document.xml": "officeDocument"}),
            "word/document.xml": f'<w:document xmlns:w="{_MAIN}"><w:body>{body}{_PAGE}</w:body></w:document>',
            "word/_rels/document.xml.rels": relations({"styles.xml": "styles"}),
            "word/styles.xml": _STYLES,
        }
    )


def paragraph(text: str, bold: bool = False, style: str = "Normal") -> str:
    """A tab in the text becomes a tab stop."""
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    runs = "<w:r><w:tab/></w:r>".join(
        f'<w:r>{weight}<w:t xml:space="preserve">{xml_text(part)}</w:t></w:r>' for part in text.split("\t")
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def table(rows: Iterable[Sequence[str]], header: bool = False, borders: bool = True) -> str:
    """Rows of cells; the first row repeats on every page when it is a header. A cell may hold several lines."""
    listed = list(rows)
    drawn = "".join(_row(row, header and number == 0) for number, row in enumerate(listed))
    grid = "<w:gridCol/>" * max(map(len, listed))
    edges = f"<w:tblBorders>{_BORDERS}</w:tblBorders>" if borders else ""
    look = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/>{edges}</w:tblPr>'
    return f"<w:tbl>{look}<w:tblGrid>{grid}</w:tblGrid>{drawn}</w:tbl>{paragraph('')}"


def _row(cells: Sequence[str], is_header: bool) -> str:
    repeated = "<w:trPr><w:tblHeader/></w:trPr>" if is_header else ""
    drawn = "".join(
        f"<w:tc>{''.join(paragraph(line, is_header) for line in cell.split(chr(10)))}</w:tc>" for cell in cells
    )
    return f"<w:tr>{repeated}{drawn}</w:tr>"
