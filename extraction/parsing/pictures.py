"""A picture file is a page, or in a TIFF several; it is opened only when its size was found bearable."""

import io
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.picture import LEGIBLE_PIXELS, Picture, is_trifle, shrunk
from extraction.parsing.unreadable import Corrupt, TooLarge

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")


def read_picture(file: RawFile) -> Parts:
    """One part a page, also for a page without text."""
    with _opened(file) as pages:
        for number in range(1, _page_count(pages, file) + 1):
            found = file.recognise(_page(pages, number, file, LEGIBLE_PIXELS))
            yield Part(found.text, f"page {number}", number, found.lines, None, found.confidence)


def picture_page(file: RawFile, number: int, pixels: int) -> Picture:
    """A page of the file as a picture of at most so many pixels."""
    with _opened(file) as pages:
        return _page(pages, min(number, _page_count(pages, file)), file, pixels)


def is_small_picture(content: bytes) -> bool:
    """True for a picture that is too small to hold a text; False also for what is none."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                return is_trifle(*image.size)
    except Exception:  # damage is told by whoever reads it
        return False


@contextmanager
def _opened(file: RawFile) -> Iterator[Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit is told in a sentence
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about metadata
        try:
            image = Image.open(io.BytesIO(file.content), formats=_FORMATS)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Corrupt(file.name, "it cannot be opened as a picture") from error
        with closing(image):
            yield image


def _page_count(image: Any, file: RawFile) -> int:
    pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
    if pages > file.limits.pages:
        raise TooLarge(file.name, "pages", pages, file.limits.pages)
    return pages


def _page(image: Any, number: int, file: RawFile, pixels: int) -> Picture:
    from PIL import ImageOps

    try:
        if image.format == "TIFF":
            image.seek(number - 1)
        _check_size(image, file)
        if image.format == "JPEG":
            scale = (pixels / (image.width * image.height)) ** 0.5
            image.draft("RGB", (int(image.width * scale), int(image.height * scale)))  # decodes less of it
        image.load()
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise Corrupt(file.name, f"its picture cannot be decoded ({type(error).__name__})") from error
    small = shrunk(image if image.mode in ("RGB", "L") else _flat(image), pixels)
    upright = ImageOps.exif_transpose(small) if image.format != "TIFF" else small
    return upright.convert("RGB")


def _check_size(image: Any, file: RawFile) -> None:
    if image.width * image.height > file.limits.pixels:
        raise TooLarge(file.name, "pixels", image.width * image.height, file.limits.pixels)


def _flat(image: Any) -> Any:
    """On white paper where it is transparent; gray of 16 bits in 8."""
    from PIL import Image

    if image.mode.startswith(("I", "F")):
        lowest, highest = image.getextrema()
        return image.point(lambda value: (value - lowest) * 255 / max(highest - lowest, 1)).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    return image.convert("RGB")
