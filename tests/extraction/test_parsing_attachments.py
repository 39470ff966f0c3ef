"""A mail and what is attached to it are one document, and one attachment costs no other its place."""

import io
import zipfile
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from extraction.document import Document
from extraction.parsing import Corrupt, Limits, NeedsEyes, Unsupported, parse, raw_file
from extraction.parsing.mail import base_name
from extraction.parsing.picture import needs_eyes
from extraction.parsing.within import member
from tests.extraction.making_pictures import LETTER, picture_of, saved


def _mail(subject: str = "Offer") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@acme.example", "bob@example.com", subject
    mail.set_content("See attached.")
    return mail


def _attach(mail: EmailMessage, name: str, content: bytes) -> EmailMessage:
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return mail


def _pdf(*lines: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True)
    for line in lines:
        canvas.drawString(72, 700, line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _xlsx() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Pipe", 5])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _where(document: Document, words: str) -> tuple[str, int | None, str, str | None]:
    start = document.text.index(words)
    found = document.where(start, start + len(words))
    return found.label, found.page, found.within, found.cell


def test_attachments_are_read_after_the_mail_each_with_its_places() -> None:
    """The name of the attachment, and in it the page or the cell: a person finds every value again."""
    mail = _attach(_attach(_mail(), "quote.pdf", _pdf("Quote 7", "Terms")), "prices.xlsx", _xlsx())
    document = parse("mail.eml", mail.as_bytes())
    assert document.mime == "message/rfc822"
    assert _where(document, "Terms") == ("quote.pdf, page 2", 2, "1", None)
    assert _where(document, "5") == ("prices.xlsx, sheet Sheet", 1, "2", "B1")
    assert _where(document, "See attached") == ("body", None, "", None)
    assert document.unread_parts() == ()
    assert document.blank_pages() == ()


def test_what_is_attached_to_an_attached_mail_is_read_too() -> None:
    """A forwarded offer lies two mails deep; its place leads there."""
    inner = _attach(_mail("Original offer"), "quote.pdf", _pdf("Quote 7"))
    outer = _mail("Fwd: offer")
    outer.add_attachment(inner)
    content = outer.as_bytes()
    document = parse("mail.eml", content)
    assert _where(document, "Quote 7") == ("Original offer, quote.pdf, page 1", 1, "1/1", None)
    assert member(raw_file("mail.eml", content), "1/1").content == _pdf("Quote 7")


@pytest.mark.parametrize("within", ["2", "1/1", "0"])
def test_an_attachment_that_is_not_there_is_not_found(within: str) -> None:
    """A place of another file leads to a sentence, not to another attachment."""
    content = _attach(_mail(), "quote.txt", b"words").as_bytes()
    with pytest.raises(Corrupt, match="has no attachment"):
        member(raw_file("mail.eml", content), within)


def test_an_attachment_that_cannot_be_read_says_why() -> None:
    """The mail is read all the same; what is missing is a part of its own, not a silence."""
    mail = _attach(_attach(_mail(), "broken.pdf", _pdf("x")[:100]), "all.zip", b"PK\x03\x04" + bytes(30))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "x")
    document = parse("mail.eml", _attach(mail, "more.zip", target.getvalue()).as_bytes())
    unread = document.unread_parts()
    assert [span.label for span in unread] == ["broken.pdf", "all.zip", "more.zip"]
    assert "Not read: broken.pdf is damaged" in document.text
    assert "Not read: more.zip is an archive, which is not read." in document.text


def test_half_an_attachment_is_not_passed_off_as_a_whole_one() -> None:
    """A PDF whose second page is damaged leaves no first page behind."""
    content = _pdf("first page", "second page")
    broken = content[::-1].replace(b"/Type /Page\n"[::-1], b"/Type /Pale\n"[::-1], 1)[::-1]
    document = parse("mail.eml", _attach(_mail(), "half.pdf", broken).as_bytes())
    assert "first page" not in document.text
    assert [span.label for span in document.unread_parts()] == ["half.pdf"]
    ends = [0, *(span.end for span in document.spans)]
    assert [span.start for span in document.spans] == ends[:-1]
    assert ends[-1] == len(document.text)


def test_a_thousand_attachments_are_read_up_to_the_limit() -> None:
    """What lies beyond is named as unread: no attachment is lost without a word."""
    mail = _mail()
    for number in range(5):
        _attach(mail, f"note {number}.txt", b"words")
    document = parse("mail.eml", mail.as_bytes(), Limits(attachments=3))
    assert [span.label for span in document.unread_parts()] == ["note 3.txt", "note 4.txt"]


def test_mails_within_mails_end_somewhere() -> None:
    """Each level is a mail; beyond the limit it is named and not opened."""
    mail = _mail("level 0")
    for level in range(1, 5):
        outer = _mail(f"level {level}")
        outer.add_attachment(mail)
        mail = outer
    document = parse("mail.eml", mail.as_bytes(), Limits(depth=2))
    assert [span.label for span in document.unread_parts()] == ["level 3, level 2, level 1"]


def test_attached_bytes_are_counted_together() -> None:
    """Many attachments below a limit are together above it."""
    mail = _attach(_attach(_mail(), "a.txt", b"x" * 600), "b.txt", b"y" * 600)
    document = parse("mail.eml", mail.as_bytes(), Limits(unpacked_bytes=1000))
    assert [span.label for span in document.unread_parts()] == ["b.txt"]


def test_pictures_of_a_signature_are_not_looked_at() -> None:
    """Logos and counters are in every mail: they hold no text and cost no second."""
    mail = _attach(_mail(), "logo.png", saved(picture_of([], (120, 30))))
    document = parse("mail.eml", mail.as_bytes(), recognise=needs_eyes)
    assert [span.label for span in document.spans] == ["header", "body", "attachments"]


def test_a_scan_in_a_mail_needs_eyes_like_any_other() -> None:
    """Nobody takes an attached scan for an empty page."""
    content = _attach(_mail(), "scan.png", saved(picture_of(LETTER))).as_bytes()
    with pytest.raises(NeedsEyes):
        parse("mail.eml", content, recognise=needs_eyes)
    document = parse("mail.eml", content)
    start = document.text.index("4711")
    assert document.where(start, start + 4).label == "scan.png, page 1"
    assert document.where(start, start + 4).box is not None


def test_a_signature_is_no_attachment_that_could_not_be_read() -> None:
    """What proves a mail is named, and nobody has to look at it."""
    mail = _mail()
    mail.add_attachment(b"\x30\x82" * 50, maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    document = parse("mail.eml", mail.as_bytes())
    assert "Attachment: smime.p7s" in document.text
    assert document.unread_parts() == ()


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\prices.xlsx", "prices.xlsx"),
        ("/absolute/a.pdf", "a.pdf"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a\r\nb\x00.pdf", "a b.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("x" * 300 + ".pdf", "x" * 150 + "….pdf"),
    ],
)
def test_a_name_is_no_path(name: str, base: str) -> None:
    """Whatever a sender calls a file, it is shown as one short line and leads nowhere."""
    assert base_name(name) == base


@given(st.text(max_size=400))
def test_every_name_becomes_one(name: str) -> None:
    """No separator, no control character, never empty, never long."""
    base = base_name(name)
    assert base
    assert len(base) <= 162
    assert not set(base) & set("/\\\n\r\x00")


def test_a_mail_in_a_package_of_outlook_says_what_to_do() -> None:
    """winmail.dat is recognised by its mark."""
    with pytest.raises(Unsupported, match=r"winmail\.dat"):
        parse("winmail.dat", b"\x78\x9f\x3e\x22" + bytes(40))
