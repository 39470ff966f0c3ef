"""A picture is read at the size at which its letters are plain and no larger; what shows nothing is not read."""

from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

from extraction.document import Line

if TYPE_CHECKING:  # Pillow costs 0.1 s, and most runs meet no picture
    from PIL.Image import Image

Picture: TypeAlias = "Image"

LEGIBLE_PIXELS = 2_000_000  # a page of A4 at 150 dots an inch
_SHORTEST_SIDE, _FEWEST_PIXELS = 40, 20_000  # below: a logo, a rule, a counter
_EVEN = 6  # of 255: paper is not one colour, and a scanner is not one paper


class Recognised(NamedTuple):
    """What a picture says. `confidence` is None where it shows nothing that looks like writing."""

    text: str = ""
    lines: tuple[Line, ...] = ()
    confidence: float | None = None


class NeedsEyes(Exception):
    """The document holds pictures of text, and whoever reads it now was told not to read pictures."""


def needs_eyes(_picture: Picture) -> NoReturn:
    """Recognises nothing, but says that somebody has to."""
    raise NeedsEyes


def scale_to(width: float, height: float, pixels: int, largest: float) -> float:
    """By how much to enlarge a page so that it has about this many pixels."""
    return float(min((pixels / max(width * height, 1.0)) ** 0.5, largest))


def shrunk(picture: Picture, pixels: int) -> Picture:
    """The picture with at most so many pixels."""
    scale = scale_to(picture.width, picture.height, pixels, 1.0)
    if scale >= 1:
        return picture
    return picture.resize((max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)))


def is_trifle(width: int, height: int) -> bool:
    """True for what is too small to hold a text: mails are full of it."""
    return min(width, height) < _SHORTEST_SIDE or width * height < _FEWEST_PIXELS


def is_blank(picture: Picture) -> bool:
    """True for an empty sheet."""
    extrema = picture.convert("L").getextrema()
    darkest, lightest = (float(str(value)) for value in extrema)
    return lightest - darkest < _EVEN
