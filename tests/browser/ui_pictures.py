"""The README's pictures are what the browser test saw: SCREENSHOTS=docs/images renews them."""

import os
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

COLOURS, EXACT = 256, 128  # of a palette: a page of text needs no more, and the file is a third


def picture(page: Page, name: str, height: int = 900) -> None:
    """The page as it is now, if somebody wants pictures; higher where a table needs it."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.set_viewport_size({"width": 1400, "height": height})
        page.mouse.move(700, height - 20)  # no tooltip, nothing lit up
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_load_state("networkidle")
        _keep(page.screenshot(animations="disabled", caret="hide"), Path(folder) / f"{name}.png")


def _keep(screenshot: bytes, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(screenshot)) as opened:
        _with_few_colours(opened.convert("RGB")).save(to, optimize=True)


def _with_few_colours(full: Image.Image) -> Image.Image:
    """Commonest colours stay as they are, so that no background takes on a tint; the rest become the nearest kept."""
    pixels = np.asarray(full).reshape(-1, 3).astype(np.int32)
    found, where, often = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    spread = full.quantize(COLOURS - EXACT, Image.Quantize.MAXCOVERAGE).getpalette() or []
    kept = np.vstack([found[np.argsort(-often)[:EXACT]], np.reshape(spread, (-1, 3))])
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in found], dtype=np.uint8)
    few = Image.fromarray(nearest[where.reshape(full.height, full.width)], mode="P")
    few.putpalette(kept.astype(np.uint8).tobytes())
    return few
