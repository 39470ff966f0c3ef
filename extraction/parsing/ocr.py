"""A picture's text is recognised line by line; a page that reads badly is turned before it is given up."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from extraction.document import Box
from extraction.parsing.border import one_line
from extraction.parsing.ocr_layout import Seen, laid_out
from extraction.parsing.picture import LEGIBLE_PIXELS, Picture, Recognised, is_blank, shrunk

_ONE_AT_A_TIME = Lock()  # one page takes half a gigabyte
_BELIEVED = 0.5  # a line recognised with less confidence is noise
_DOUBTFUL, _PLAIN = 0.75, 0.9
_FEWEST_LETTERS = 3  # what looks like fewer is a drawing
_LONGEST_SIDE = 6_000
_PARAMETERS: dict[str, Any] = {
    "Global.log_level": "critical",
    "Global.text_score": 0.0,  # what is dropped counts against the page: it is dropped here
    "Global.max_side_len": _LONGEST_SIDE,
    "Global.use_cls": False,  # asks of each line whether it is upside down, wrongly more often than lines are
    "Rec.rec_batch_num": 1,  # lines of different lengths together cost their padding, in time and memory
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


class _Look(NamedTuple):
    """The picture as it was turned (quarters, counter-clockwise), and what was seen on it."""

    quarters: int
    seen: list[Seen]

    @property
    def believed(self) -> list[Seen]:
        return [each for each in self.seen if each.confidence >= _BELIEVED]

    @property
    def weight(self) -> float:
        """How much was read, and that it was read along the lines."""
        return sum(len(each.text) * each.confidence for each in self.believed) * (1 - self.tall / 2)

    @property
    def tall(self) -> float:
        """The share of what stands on end."""
        letters = sum(len(each.text) for each in self.seen)
        return sum(len(each.text) for each in self.seen if each.is_tall) / letters if letters else 0.0

    @property
    def is_plain(self) -> bool:
        """True where no other look would be better."""
        return self.tall < 0.5 and (self.confidence or 0.0) >= _PLAIN

    @property
    def confidence(self) -> float | None:
        letters = sum(len(each.text) for each in self.seen)
        return sum(len(each.text) * each.confidence for each in self.seen) / letters if letters else None


def recognise(picture: Picture, beat: Callable[[], None] = lambda: None) -> Recognised:
    """The text of a picture in reading order, each line with its box and confidence; `beat` is called between looks."""
    if is_blank(picture):
        return Recognised()
    small = shrunk(picture.convert("RGB"), LEGIBLE_PIXELS)
    look = _Look(0, _seen(small))
    for quarters in _worth_turning(look):
        if not look.is_plain:
            beat()
            turned = _Look(quarters, _seen(_turned(small, quarters)))
            look = max(look, turned, key=lambda each: each.weight)
    if sum(mark.isalnum() for each in look.believed for mark in each.text) < _FEWEST_LETTERS:
        return Recognised("", (), look.confidence)
    text, lines = laid_out(look.believed)
    back = tuple(line._replace(box=turned_back(line.box, look.quarters)) for line in lines)
    return Recognised(text, back, look.confidence)


def _worth_turning(look: _Look) -> Iterator[int]:
    if look.tall > 0.5:
        yield from (1, 3)
    elif look.confidence is not None and look.confidence < _DOUBTFUL:
        yield 2


def _turned(picture: Picture, quarters: int) -> Picture:
    from PIL.Image import Transpose

    return picture.transpose((Transpose.ROTATE_90, Transpose.ROTATE_180, Transpose.ROTATE_270)[quarters - 1])


def turned_back(box: Box, quarters: int) -> Box:
    """Where a box on the turned picture lies on the picture as it came."""
    left, top, right, bottom = box
    for _ in range(quarters):
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    return Box(left, top, right, bottom)


def _seen(picture: Picture) -> list[Seen]:
    import numpy as np

    pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    with _ONE_AT_A_TIME:
        found: Any = _engine()(pixels)
    if found.boxes is None or not found.txts:
        return []
    size = (picture.width, picture.height)
    every = zip(found.boxes.tolist(), found.txts, found.scores, strict=True)
    return [Seen.of(corners, text, score, size) for corners, raw, score in every if (text := one_line(raw))]


@lru_cache(maxsize=1)
def _engine() -> Any:
    import cv2
    from rapidocr import RapidOCR  # costs a second and 80 MB: only where there is a picture

    cv2.setNumThreads(1)
    return RapidOCR(params=_PARAMETERS)
