"""A page is shown to somebody as a picture that is small enough to send and large enough to read."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from extraction.parsing.formats import PICTURES
from extraction.parsing.kind import kind_of
from extraction.parsing.limits import RawFile
from extraction.parsing.pdf import opened_pdf, page_picture, shown_page
from extraction.parsing.picture import Picture, shrunk
from extraction.parsing.pictures import picture_page
from extraction.parsing.unreadable import Unsupported
from extraction.parsing.within import member

_QUALITIES = (85, 70, 50)
_SMALLER = 0.5
_FEWEST_PIXELS = 50_000
_REMEDY = "Only pages of PDFs and picture files are shown."


class Page(NamedTuple):
    """A page of the document, or of one of its attachments."""

    number: int
    within: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a picture may be, and how many are made at once."""

    pixels: int = 2_500_000
    bytes: int = 3_500_000  # a third more as base64: below what any provider takes
    pages: int = 20


class Shot(NamedTuple):
    """A page as a picture."""

    page: Page
    mime: Literal["image/png", "image/jpeg"]
    content: bytes


def shots_of(file: RawFile, wanted: Sequence[Page], frame: Frame) -> list[Shot]:
    """These pages, of too many the first; raises Unreadable."""
    return [_shot(file, page, frame) for page in wanted[: frame.pages]]


def _shot(file: RawFile, page: Page, frame: Frame) -> Shot:
    picture = _picture(member(file, page.within), page.number, frame.pixels)
    png = _encoded(picture, "PNG")
    if len(png) <= frame.bytes:
        return Shot(page, "image/png", png)
    return Shot(page, "image/jpeg", _jpeg(picture, frame.bytes))


def _picture(file: RawFile, number: int, pixels: int) -> Picture:
    kind = kind_of(file)
    if kind in PICTURES:
        return picture_page(file, number, pixels)
    if kind != "pdf":
        raise Unsupported(file.name, "a file without pages to show", _REMEDY)
    with opened_pdf(file) as pdf, shown_page(pdf, min(number, len(pdf)), file) as page:
        return page_picture(page, pixels)


def _jpeg(picture: Picture, most: int) -> bytes:
    """The best that fits."""
    while True:
        for quality in _QUALITIES:
            content = _encoded(picture, "JPEG", quality)
            if len(content) <= most:
                return content
        pixels = picture.width * picture.height
        if pixels <= _FEWEST_PIXELS:
            return content
        picture = shrunk(picture, int(pixels * _SMALLER))


def _encoded(picture: Picture, kind: str, quality: int = 0) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, quality=quality) if quality else picture.save(target, kind)
    return target.getvalue()
