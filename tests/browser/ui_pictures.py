"""The README's pictures are what the browser test saw: SCREENSHOTS=docs/images renews them."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

COLOURS = 256  # of a palette: a page of text needs no more, and the file is a third


def picture(page: Page, name: str, begin: str = "", height: int = 900) -> None:
    """The page as it is now, if somebody wants pictures; scrolled to where it begins to be of interest."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.set_viewport_size({"width": 1400, "height": height})
        if begin:
            page.get_by_text(begin, exact=True).first.evaluate("each => each.scrollIntoView()")
        page.mouse.move(700, 880)  # no tooltip, nothing lit up
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_load_state("networkidle")
        _keep(page.screenshot(animations="disabled", caret="hide"), Path(folder) / f"{name}.png")


def _keep(screenshot: bytes, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(screenshot)) as full:
        few = full.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(to, optimize=True)
