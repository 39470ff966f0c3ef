"""What a reader of a Word page sees, by local names: strict and transitional files are read alike."""

from extraction.parsing.lines import Lines

# What was deleted or moved away, and the second copy of a drawing for older readers.
_GONE = frozenset(("del", "moveFrom", "Fallback", "delText", "instrText"))
# Properties hold no text, but their children are named like marks of the text (a tab stop is a `tab`).
_PROPERTIES = frozenset(("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "sectPr", "ffData"))
_UNSEEN = _GONE | _PROPERTIES
_BOX = "txbxContent"
_CELLS = frozenset(("tc", _BOX))
_BLANKS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_LINE_ENDS = frozenset(("br", "cr"))
_SYMBOLS = {"F0FE": "☒", "F078": "☒", "F052": "☑", "F0FC": "✓", "F0A8": "☐", "F06F": "☐", "F071": "☐"}


class Story:
    """Receives the elements of one part and lays out what it shows."""

    def __init__(self) -> None:
        self._lines = Lines()
        self._unseen = 0
        self._in_text = False
        self._is_empty = True

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if self._unseen or name in _UNSEEN:
            self._unseen += 1
        elif name == "t":
            self._in_text = True
        else:
            self._begin(name, attributes)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELLS:
            self._lines.open_cell()
        elif name == "tbl":
            self._lines.end_paragraph()
        elif name in _LINE_ENDS:
            self._lines.end_line()
        elif name == "sym":
            self._write(_symbol(attributes))
        elif name in _BLANKS:
            self._write(_BLANKS[name])

    def data(self, text: str) -> None:
        if self._in_text and not self._unseen:
            self._write(text)

    def end(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= 1
            return
        self._finish(tag.rpartition("}")[2])

    def _finish(self, name: str) -> None:
        if name == "t":
            self._in_text = False
        elif name == "p":
            self._end_paragraph()
        elif name in _CELLS:
            self._close_cell(name)
        elif name == "tr":
            self._lines.end_row()
        elif name == "tbl":
            self._lines.end_paragraph()

    def _close_cell(self, name: str) -> None:
        self._lines.close_cell()
        if name == _BOX:
            self._lines.end_row()

    def _end_paragraph(self) -> None:
        if self._is_empty:
            self._lines.end_paragraph()
        else:
            self._lines.end_line()
        self._is_empty = True

    def _write(self, text: str) -> None:
        self._lines.write(text)
        self._is_empty = False

    def close(self) -> None: ...

    def text(self) -> str:
        return self._lines.text()


def _symbol(attributes: dict[str, str]) -> str:
    codes = (value for key, value in attributes.items() if key.endswith("}char"))
    return _SYMBOLS.get(next(codes, "").upper(), "")
