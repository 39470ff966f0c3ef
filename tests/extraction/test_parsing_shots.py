"""Pages are shown as pictures that fit into a request."""

import io
from email.message import EmailMessage

import pytest
from PIL import Image, ImageChops

from extraction.parsing import Unreadable, Unsupported, parse, raw_file
from extraction.parsing.shots import Frame, Page, shots_of
from tests.extraction.making_pictures import LETTER, picture_of, saved, scanned_pdf


def _opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_the_asked_pages_are_shown_in_their_order() -> None:
    """A page of a PDF is drawn as a reader sees it."""
    content = scanned_pdf(["one", picture_of(LETTER)])
    second, first = shots_of(raw_file("a.pdf", content), [Page(2), Page(1)], Frame(pixels=100_000))
    assert (second.page, first.page, first.mime) == (Page(2), Page(1), "image/png")
    picture = _opened(second.content)
    assert picture.width * picture.height <= 101_000
    assert picture.width / picture.height == pytest.approx(350 / 200, abs=0.02)
    assert ImageChops.difference(picture.convert("L"), _opened(first.content).convert("L")).getbbox() is not None


def test_a_picture_is_as_large_as_was_said() -> None:
    """In bytes, too: what is too large as PNG is a JPEG, and one that is still too large is made smaller."""
    noise = Image.effect_noise((900, 900), 100).convert("RGB")
    (shot,) = shots_of(raw_file("photo.png", saved(noise)), [Page(1)], Frame(bytes=60_000))
    assert shot.mime == "image/jpeg"
    assert len(shot.content) <= 60_000
    assert _opened(shot.content).format == "JPEG"


def test_no_more_pages_than_was_said_are_shown() -> None:
    """A thousand poor pages are not a thousand pictures."""
    content = scanned_pdf(["a", "b", "c"])
    pages = [Page(number) for number in (1, 2, 3)]
    assert len(shots_of(raw_file("a.pdf", content), pages, Frame(pixels=10_000, pages=2))) == 2


def test_a_page_of_an_attachment_is_shown() -> None:
    """What was poorly read in a mail is found by the place its span names."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "Scan"
    mail.set_content("See attached.")
    mail.add_attachment(saved(picture_of(LETTER)), maintype="image", subtype="png", filename="scan.png")
    content = mail.as_bytes()
    span = parse("a.eml", content).spans[-1]
    (shot,) = shots_of(raw_file("a.eml", content), [Page(span.page or 0, span.within)], Frame())
    assert _opened(shot.content).size == (700, 400)


@pytest.mark.parametrize(("name", "content"), [("a.txt", b"words"), ("a.pdf", b"%PDF-1.7 broken")])
def test_what_has_no_pages_says_so(name: str, content: bytes) -> None:
    """A typed failure with a remedy, as everywhere."""
    with pytest.raises(Unreadable) as refused:
        shots_of(raw_file(name, content), [Page(1)], Frame())
    assert isinstance(refused.value, Unsupported) == (name == "a.txt")
    assert refused.value.remedy
