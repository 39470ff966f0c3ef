"""What is accepted without a person was read as a whole, and well."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from extraction.document import Box, Document, Line, Span
from extraction.feed import Feed
from extraction.legibility import hardly_legible
from extraction.verdict import Reason

Hold = Callable[..., Any]
WHERE = Box(0.1, 0.1, 0.5, 0.2)


def test_an_attachment_that_is_not_read_is_a_reason_to_look(
    feed: Feed, hold: Hold, document: Callable[[str], Document], invoice: dict[str, Any], invoice_text: str
) -> None:
    """The mail may say all and the attachment something else: nobody accepts what nobody saw."""
    plain = document(invoice_text)
    assert hold(feed, plain, lambda _: invoice).verdict.kind == "accepted"
    sentence = "Not read: offer.pdf is protected by a password."
    start = len(plain.text)
    unread = Span(start, start + len(sentence), None, "offer.pdf", within="1", unread=True)
    verdict = hold(
        feed, replace(plain, text=plain.text + sentence, spans=(*plain.spans, unread)), lambda _: invoice
    ).verdict
    assert verdict.kind == "review"
    assert Reason("", f"offer.pdf: {sentence}") in verdict.reasons
    assert verdict.record is not None


def test_a_page_that_was_recognised_poorly_is_a_reason_to_look(document: Callable[[str], Document]) -> None:
    """The page is named, with how sure its reader was; a page that reads well is none."""
    poor, well = Span(0, 2, 1, "page 1", confidence=0.612), Span(2, 4, 2, "page 2", confidence=0.97)
    (reason,) = hardly_legible(replace(document("abcd"), spans=(poor, well)))
    assert reason.why == "page 1 was recognised poorly (confidence 0.61): compare it"
    assert list(hardly_legible(document("abcd"))) == []


def test_a_value_in_a_poor_line_is_a_reason_to_look(
    feed: Feed, hold: Hold, document: Callable[[str], Document], invoice: dict[str, Any], invoice_text: str
) -> None:
    """A good page may have one smudged line, and a wrong figure in it looks like a right one."""
    plain = document(invoice_text)
    number = invoice_text.index(invoice["number"])
    smudged = number, number + len(invoice["number"])
    for sure, kind in ((0.97, "accepted"), (0.61, "review")):
        lines = (Line(0, number, WHERE, 0.99), Line(*smudged, WHERE, sure))
        page = replace(plain.spans[0], lines=lines, confidence=0.96)
        verdict = hold(feed, replace(plain, spans=(page, *plain.spans[1:])), lambda _: invoice).verdict
        assert verdict.kind == kind, verdict.reasons
    why = f"{invoice['number']!r} was recognised poorly (confidence 0.61): compare it with the page"
    assert verdict.reasons == (Reason("number", why),)
