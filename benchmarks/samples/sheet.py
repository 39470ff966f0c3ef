"""A PDF is drawn top down, in reading order, uncompressed and without a clock: the same paper gives the same bytes."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reportlab.lib.pagesizes import A4, LETTER, landscape
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

Align = Literal["left", "right"]
_SIZES = {"a4": A4, "letter": LETTER, "wide": landscape(A4)}


@dataclass(frozen=True, slots=True)
class Style:
    """The looks of a layout."""

    page: Literal["a4", "letter", "wide"] = "a4"
    face: Literal["Helvetica", "Times", "Courier"] = "Helvetica"
    size: float = 9.5
    margin: float = 54

    @property
    def regular(self) -> str:
        return "Times-Roman" if self.face == "Times" else self.face

    @property
    def bold(self) -> str:
        return f"{self.face}-Bold"


class Sheet:
    """The page that is being written, with a cursor that moves down."""

    def __init__(self, style: Style, title: str, foot: Callable[[int], str]) -> None:
        self.style = style
        self.width, self.height = _SIZES[style.page]
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pagesize=(self.width, self.height), invariant=1, pageCompression=0)
        self._canvas.setTitle(title)
        self._foot = foot
        self._number = 1
        self._top()

    @property
    def left(self) -> float:
        return self.style.margin

    @property
    def right(self) -> float:
        return self.width - self.style.margin

    @property
    def leading(self) -> float:
        return self.style.size * 1.45

    def _top(self) -> None:
        self.y = self.height - self.style.margin

    def write(self, x: float, text: str, bold: bool = False, align: Align = "left", scale: float = 1) -> None:
        """Text on the cursor's line."""
        self._canvas.setFont(self.style.bold if bold else self.style.regular, self.style.size * scale)
        draw = self._canvas.drawRightString if align == "right" else self._canvas.drawString
        draw(x, self.y, text)

    def line(self, x: float, text: str, bold: bool = False, align: Align = "left", scale: float = 1) -> None:
        """Text, and down to the next line."""
        self.write(x, text, bold, align, scale)
        self.down(scale)

    def paragraph(self, text: str) -> None:
        width = self.right - self.left
        for part in simpleSplit(text, self.style.regular, self.style.size, width):
            self.line(self.left, part)

    def down(self, lines: float = 1) -> None:
        self.y -= self.leading * lines

    def rule(self, weight: float = 0.6) -> None:
        self._canvas.setLineWidth(weight)
        y = self.y + self.style.size * 0.95
        self._canvas.line(self.left, y, self.right, y)

    def band(self, height: float, shade: tuple[float, float, float]) -> None:
        """A coloured bar behind the lines that follow."""
        self._canvas.setFillColorRGB(*shade)
        self._canvas.rect(
            self.left - 6,
            self.y + self.leading - height,
            self.right - self.left + 12,
            height,
            stroke=0,
            fill=1,
        )
        self._canvas.setFillColorRGB(0, 0, 0)

    def fits(self, lines: float) -> bool:
        return self.y - lines * self.leading > self.style.margin + 2 * self.leading

    def turn(self) -> None:
        """On to the next page."""
        self._close_page()
        self._number += 1
        self._top()

    def keep(self, lines: float) -> None:
        """What follows stands together."""
        if not self.fits(lines):
            self.turn()

    def _close_page(self) -> None:
        self._canvas.setFont(self.style.regular, self.style.size * 0.8)
        self._canvas.drawString(self.left, self.style.margin * 0.6, self._foot(self._number))
        self._canvas.showPage()

    def finish(self) -> bytes:
        self._close_page()
        self._canvas.save()
        return self._buffer.getvalue()
