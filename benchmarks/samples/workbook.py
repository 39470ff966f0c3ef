"""A workbook holds values, not texts: numbers and days with a format, sums with the formula they came from."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from benchmarks.samples.package import content_types, packed, relations, xml_text

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DAY_ZERO = date(1899, 12, 30)
_FIRST_OWN_FORMAT = 164
_GENERAL = "General"


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, how it is formatted, and the formula that it is the result of."""

    value: Decimal | date | str
    format: str = _GENERAL
    bold: bool = False
    formula: str | None = None


@dataclass(slots=True)
class Tab:
    """One sheet: rows of cells, None where a cell is empty."""

    name: str
    rows: list[list[Cell | None]] = field(default_factory=list)

    def add(self, *cells: Cell | None) -> int:
        """Appends a row; returns its number as a formula names it."""
        self.rows.append(list(cells))
        return len(self.rows)


def draw_workbook(tabs: list[Tab]) -> bytes:
    looks = _looks(tabs)
    names = [f"worksheets/sheet{number}.xml" for number in range(1, len(tabs) + 1)]
    sheets = {f"xl/{name}": _sheet_xml(tab, looks) for name, tab in zip(names, tabs, strict=True)}
    kinds = dict.fromkeys(sheets, "spreadsheetml.worksheet")
    main = {"xl/workbook.xml": "spreadsheetml.sheet.main", "xl/styles.xml": "spreadsheetml.styles"}
    return packed(
        {
            "[Content_Types].xml": content_types(main | kinds),
            "_rels/.rels": relations({"xl/workbook.xml": "officeDocument"}),
            "xl/workbook.xml": _book_xml(tabs),
            "xl/_rels/workbook.xml.rels": relations(dict.fromkeys(names, "worksheet") | {"styles.xml": "styles"}),
            "xl/styles.xml": _styles_xml(looks),
            **sheets,
        }
    )


def column_name(number: int) -> str:
    """1 is A."""
    return chr(ord("A") + number - 1)


def _looks(tabs: list[Tab]) -> list[tuple[str, bool]]:
    """Every combination of format and weight that occurs, the plain one first."""
    cells = (cell for tab in tabs for row in tab.rows for cell in row if cell)
    return list(dict.fromkeys([(_GENERAL, False), *((cell.format, cell.bold) for cell in cells)]))


def _book_xml(tabs: list[Tab]) -> str:
    rows = "".join(
        f'<sheet name="{xml_text(tab.name)}" sheetId="{number}" r:id="rId{number}"/>'
        for number, tab in enumerate(tabs, start=1)
    )
    return f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{rows}</sheets></workbook>'


def _styles_xml(looks: list[tuple[str, bool]]) -> str:
    formats = list(dict.fromkeys(name for name, _ in looks if name != _GENERAL))
    numbered = {name: _FIRST_OWN_FORMAT + place for place, name in enumerate(formats)}
    own = "".join(f'<numFmt numFmtId="{key}" formatCode="{xml_text(name)}"/>' for name, key in numbered.items())
    used = "".join(
        f'<xf numFmtId="{numbered.get(name, 0)}" fontId="{int(bold)}" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1" applyFont="1"/>'
        for name, bold in looks
    )
    return (
        f'<styleSheet xmlns="{_MAIN}">'
        + (f'<numFmts count="{len(numbered)}">{own}</numFmts>' if own else "")
        + '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{used}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _sheet_xml(tab: Tab, looks: list[tuple[str, bool]]) -> str:
    rows = "".join(_row_xml(number, row, looks) for number, row in enumerate(tab.rows, start=1))
    widths = '<cols><col min="1" max="12" width="18" customWidth="1"/></cols>'
    return f'<worksheet xmlns="{_MAIN}">{widths}<sheetData>{rows}</sheetData></worksheet>'


def _row_xml(number: int, row: list[Cell | None], looks: list[tuple[str, bool]]) -> str:
    cells: Iterable[str] = (
        _cell_xml(f"{column_name(place)}{number}", cell, looks) for place, cell in enumerate(row, start=1) if cell
    )
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell_xml(place: str, cell: Cell, looks: list[tuple[str, bool]]) -> str:
    look = looks.index((cell.format, cell.bold))
    if isinstance(cell.value, str):
        text = f'<is><t xml:space="preserve">{xml_text(cell.value)}</t></is>'
        return f'<c r="{place}" s="{look}" t="inlineStr">{text}</c>'
    value = (cell.value - _DAY_ZERO).days if isinstance(cell.value, date) else cell.value
    formula = f"<f>{xml_text(cell.formula)}</f>" if cell.formula else ""
    return f'<c r="{place}" s="{look}">{formula}<v>{value}</v></c>'
