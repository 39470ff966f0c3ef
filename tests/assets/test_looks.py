"""A page that was read poorly is shown to a model that sees; who sees nothing is asked about the text alone."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image as Pillow

from assets.dialogues import Desk, Read, Undecided
from assets.looks import FRAME, Looks
from assets.reading import Readers
from extraction.chunking import chunk
from extraction.document import Document, Span
from extraction.feed import Feed, load_feed
from resources.lake import Lake, LakeDocument
from resources.llm import Answer, Call, Caller, Llm, Unanswered
from tests.extraction.making_pictures import LETTER, picture_of, saved

_SCHEMA = """
from pydantic import BaseModel, Field

class Letter(BaseModel):
    seller: str = Field(description="Company that sells.")
"""
_ANSWER: dict[str, Any] = {"seller": "Nordwind Tools Ltd"}
_TEXT = "\n".join(LETTER)


class Seeing:
    """Answers what it is asked; the pictures of a call are what it saw. With `blind`, only calls without any."""

    embedding_model = None

    def __init__(self, vision: bool = True, blind: bool = False) -> None:
        self.vision, self.blind = vision, blind
        self.calls: list[Call] = []

    def sees(self, _task: str) -> bool:
        return self.vision

    async def ask(self, call: Call, _caller: Caller, accept: Any) -> Answer:
        self.calls.append(call)
        if call.images and self.blind:
            raise Unanswered(call.task, "as no endpoint that sees is up", [], True, [])
        complaint = accept(_ANSWER)
        told = complaint and complaint.text
        return Answer(_ANSWER, "", complaint is None, told, "fake/model", "model", False, False, ())


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(most=1) as some:
        yield some


@pytest.fixture
def feed(tmp_path: Path) -> Feed:
    folder = tmp_path / "letters"
    folder.mkdir()
    head = "name: letters\ndescription: Letters.\nowner: team:books\ntenant: finance\nschema: Letter\n"
    (folder / "feed.yaml").write_text(head)
    (folder / "schema.py").write_text(_SCHEMA)
    (folder / "prompt.md").write_text("Extract the letter.")
    return load_feed(folder)


def _document(*confidences: float | None) -> Document:
    """A page a confidence; the letter stands on the first."""
    texts = [_TEXT, *("more" for _ in confidences[1:])]
    spans, start = [], 0
    for number, (text, confidence) in enumerate(zip(texts, confidences, strict=True), start=1):
        spans.append(Span(start, start + len(text), number, f"page {number}", confidence=confidence))
        start += len(text)
    return Document("".join(texts), tuple(spans), "image/tiff")


def _tiff(pages: int) -> bytes:
    target = io.BytesIO()
    first, *others = [picture_of([f"page {number}"], (300 + 10 * number, 200)) for number in range(1, pages + 1)]
    first.save(target, "TIFF", save_all=True, append_images=others)
    return target.getvalue()


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.open(str(tmp_path / "lake"))
    contents = {"one": saved(picture_of(LETTER)), "many": _tiff(FRAME.pages + 2)}
    lake.put_documents(
        [
            LakeDocument("letters", doc_id, "2026-11-19", f"{doc_id}.tif", "image/tiff", "2", "x", "[]", content)
            for doc_id, content in contents.items()
        ]
    )
    return lake


async def _asked(feed: Feed, lake: Lake, llm: Seeing, confidence: float | None, readers: Readers | None) -> str:
    """The verdict on the letter, read with this confidence."""
    caller = Caller("run", feed.name, feed.tenant, None, "extractions", "2026-11-19|letters")
    desk = Desk(feed, cast(Llm, llm), lake, caller, False, readers)
    document = _document(confidence)
    outcome = await desk.decide(Read("letters/one.tif", "one", document, chunk("one", document)))
    assert not isinstance(outcome, Undecided)
    return outcome.verdict


async def test_a_poorly_read_page_goes_with_the_question(feed: Feed, lake: Lake, readers: Readers) -> None:
    """The model that sees is shown the page, and told what to believe."""
    llm = Seeing()
    assert await _asked(feed, lake, llm, 0.6, readers) == "review"  # the page was read poorly all the same
    (call,) = llm.calls
    assert [image.media_type for image in call.images] == ["image/png"]
    assert "right where they differ" in call.system
    assert _TEXT in call.prompt


@pytest.mark.parametrize(("vision", "confidence"), [(False, 0.6), (True, 0.99), (True, None)])
async def test_a_page_is_not_shown_without_need(
    feed: Feed, lake: Lake, readers: Readers, vision: bool, confidence: float | None
) -> None:
    """Nobody pays for pictures of what reads well, or that nobody sees."""
    llm = Seeing(vision=vision)
    await _asked(feed, lake, llm, confidence, readers)
    assert [call.images for call in llm.calls] == [()]
    assert "Pictures" not in llm.calls[0].system


async def test_without_eyes_the_text_is_asked_about(feed: Feed, lake: Lake, readers: Readers) -> None:
    """Those who see are down: the document is not kept waiting for them."""
    llm = Seeing(blind=True)
    assert await _asked(feed, lake, llm, 0.6, readers) == "review"  # the page was read poorly all the same
    assert [len(call.images) for call in llm.calls] == [1, 0]
    assert "Pictures" not in llm.calls[1].system


def test_of_many_poor_pages_the_worst_are_shown(lake: Lake, readers: Readers) -> None:
    """No more than a request holds, in the order of the document."""
    shares = [0.8, 0.3, *([0.5] * (FRAME.pages - 1)), 0.84]
    pictures = Looks("letters", lake, readers).at("many.tif", "many", _document(*shares))
    widths = [Pillow.open(io.BytesIO(picture.content)).width for picture in pictures]
    assert widths == [300 + 10 * number for number in range(2, FRAME.pages + 2)]


def test_pages_that_cannot_be_shown_are_not(lake: Lake, readers: Readers) -> None:
    """Bytes that are gone, or a desk without readers: the text is still there."""
    assert Looks("letters", lake, readers).at("gone.tif", "gone", _document(0.5)) == ()
    assert Looks("letters", lake).at("one.tif", "one", _document(0.5)) == ()
    broken = replace(_document(0.5), spans=(Span(0, 4, 1, "page 1", within="3", confidence=0.5),))
    assert Looks("letters", lake, readers).at("one.tif", "one", broken) == ()
