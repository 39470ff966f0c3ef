"""Pictures of text, as scanners and telephones make them."""

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LETTER = ("Nordwind Tools Ltd", "Quotation 4711", "Total 1,250.00 EUR")


def picture_of(lines: Sequence[str], size: tuple[int, int] = (700, 400), pixels: int = 36) -> Image.Image:
    """Black on white, a line below the other."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 40 + number * pixels * 2), line, fill="black", font=ImageFont.load_default(pixels))
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def scanned_pdf(pages: Sequence[Image.Image | str], stamp: str = "") -> bytes:
    """A page for each: a picture that covers it, or a line of print; the stamp is printed onto the pictures."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True, pagesize=(350, 200))
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(30, 150, page)
        else:
            canvas.drawImage(ImageReader(page), 0, 0, 350, 200)
            canvas.drawString(250, 10, stamp)
        canvas.showPage()
    canvas.save()
    return target.getvalue()
