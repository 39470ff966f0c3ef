"""Whatever the bytes are: a document that holds its promises, or an Unreadable with a cause."""

import io
import pickle
import struct
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.pdfgen.canvas import Canvas

from extraction.document import Document
from extraction.parsing import (
    Corrupt,
    Empty,
    Encrypted,
    Limits,
    TooLarge,
    TooSlow,
    Unreadable,
    Unsupported,
    parse,
)
from extraction.parsing.picture import Picture, Recognised
from tests.extraction.making_pictures import picture_of, saved

_NAMES = st.sampled_from(["a.pdf", "a.xlsx", "a.docx", "a.eml", "a.html", "a.txt", "a.csv", "a", "", "../a\x00.pdf"])


@cache
def _pdf() -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True, pageCompression=0)
    for page in ("Quote 7: 12.50 EUR", "Terms: 30 days"):
        canvas.drawString(72, 700, page)
        canvas.acroForm.textfield(name=page[:5], value="PO-4711", x=300, y=690, width=120, height=20)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@cache
def _docx() -> bytes:
    word = docx.Document()
    word.add_paragraph("Order 7")
    word.add_table(rows=2, cols=2).cell(0, 0).text = "Pipe"
    target = io.BytesIO()
    word.save(target)
    return target.getvalue()


@cache
def _xlsx() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Pipe", 5, "=1+1"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _eml() -> bytes:
    part = b"Content-Type: text/html; charset=latin-1\n\n<p>Gr\xfc\xdfe<table><tr><td>5<td>EUR</table>"
    head = (
        b"From: =?utf-8?q?M=C3=BCller?= <a@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b"
    )
    attached = b"Content-Disposition: attachment; filename*=utf-8''Angebot%20M%C3%BC.pdf\n\nx"
    return b"%s\n\n--b\n%s\n--b\n%s\n--b--\n" % (head, part, attached)


_MAKERS: dict[str, Callable[[], bytes]] = {"a.pdf": _pdf, "a.docx": _docx, "a.xlsx": _xlsx, "a.eml": _eml}


def _outcome(name: str, content: bytes) -> Document | Unreadable:
    """What came of the file, with every promise of the border checked."""
    try:
        document = parse(name, content)
    except Unreadable as unreadable:
        return unreadable
    assert document.text.strip()
    assert "\x00" not in document.text
    document.text.encode("utf-8")
    _assert_tiled(document)
    return document


def _assert_tiled(document: Document) -> None:
    """Spans cover the text in order, without a gap and without overlap."""
    ends = [0, *(span.end for span in document.spans)]
    assert [span.start for span in document.spans] == ends[:-1]
    assert ends[-1] == len(document.text)


def _repacked(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The package with the content of each member changed, and its checksums right again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            changed.writestr(name, change(source.read(name)))
    return target.getvalue()


@given(_NAMES, st.binary(max_size=400))
def test_noise_becomes_text_or_a_typed_failure(name: str, content: bytes) -> None:
    """No bytes under any name let another exception out."""
    _outcome(name, content)


_STARTS = st.sampled_from(
    [b"%PDF-1.7\n", b"PK\x03\x04", b"From: a\nTo: b\n", b"<html>", b"\xff\xfe", b"{\\rtf", b"\xd0\xcf\x11\xe0"]
)


@given(_NAMES, _STARTS, st.binary(max_size=200))
def test_noise_behind_a_known_mark_is_no_exception(name: str, start: bytes, rest: bytes) -> None:
    """Files that only begin like one of ours."""
    _outcome(name, start + rest)


_EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=8)), max_size=6)


def _edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for place, dropped, inserted in edits:
        at = int(place * len(content))
        content = content[:at] + inserted + content[at + dropped :]
    return content


@given(st.sampled_from(sorted(_MAKERS)), _EDITS)
@settings(max_examples=150)
def test_damage_becomes_text_or_a_typed_failure(name: str, edits: list[tuple[float, int, bytes]]) -> None:
    """Real files with bytes dropped and inserted."""
    _outcome(name, _edited(_MAKERS[name](), edits))


@given(st.sampled_from(["a.docx", "a.xlsx"]), _EDITS)
def test_damage_inside_an_archive_becomes_text_or_a_typed_failure(
    name: str, edits: list[tuple[float, int, bytes]]
) -> None:
    """The archive is whole and its members are not."""
    _outcome(name, _repacked(_MAKERS[name](), lambda member: _edited(member, edits)))


@given(st.sampled_from(sorted(_MAKERS)), st.floats(0, 1))
def test_a_file_cut_short_becomes_text_or_a_typed_failure(name: str, share: float) -> None:
    """A transfer that broke off."""
    content = _MAKERS[name]()
    _outcome(name, content[: int(share * len(content))])


def _packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return target.getvalue()


def test_a_bomb_is_refused_by_what_it_declares() -> None:
    """Nothing is unpacked of an archive that says it is too large."""
    bomb = _packed({"word/document.xml": bytes(3_000_000)})
    with pytest.raises(TooLarge, match=r"bomb\.docx holds 3,000,000 unpacked bytes; the limit is 2,000,000\."):
        parse("bomb.docx", bomb, Limits(unpacked_bytes=2_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused_too() -> None:
    """A member that unpacks to more than it declares is damage, found before anything is built from it."""
    bomb = _packed({"word/document.xml": bytes(3_000_000)})
    lying = bomb.replace(struct.pack("<L", 3_000_000), struct.pack("<L", 1_000))
    with pytest.raises(Corrupt, match=r"bomb\.docx is damaged: its archive cannot be unpacked"):
        parse("bomb.docx", lying, Limits(unpacked_bytes=2_000_000))


def test_many_members_are_refused() -> None:
    """An archive of a hundred thousand nothings is no document."""
    with pytest.raises(TooLarge, match="holds 30 packed files; the limit is 20"):
        parse("many.docx", _packed({f"word/{number}.xml": b"" for number in range(30)}), Limits(members=20))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("name", ["a.docx", "a.xlsx"])
def test_a_document_type_is_refused(name: str, encoding: str) -> None:
    """Entities expand without end or reach for files: no Office file may declare any."""
    laughs = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>'.encode(encoding)
    part = "word/document.xml" if name == "a.docx" else "xl/workbook.xml"
    with pytest.raises(Corrupt, match=f"{part} declares a document type"):
        parse(name, _packed({"[Content_Types].xml": b"<Types/>", part: laughs}))


def test_a_document_type_is_found_where_two_reads_meet() -> None:
    """The mark is not missed because it lies across a boundary."""
    padding = b"<!--" + b" " * ((1 << 18) - 12) + b"-->"
    for shift in range(8):
        with pytest.raises(Corrupt, match="declares a document type"):
            parse("a.docx", _packed({"word/document.xml": padding[: -3 - shift] + b"--><!DOCTYPE x><x/>"}))


def test_an_archive_with_a_password_is_encrypted() -> None:
    """The flag of the member says so, before a wrong password is tried."""
    content = bytearray(_packed({"word/document.xml": b"<x/>"}, zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Encrypted, match=r"locked\.docx is protected by a password"):
        parse("locked.docx", bytes(content))


def test_sizes_have_limits_that_are_named() -> None:
    """Bytes before reading, characters while reading."""
    with pytest.raises(TooLarge, match="holds 11 bytes; the limit is 10"):
        parse("a.txt", b"hello world", Limits(file_bytes=10))
    with pytest.raises(TooLarge, match="holds more characters; the limit is 10"):
        parse("a.txt", b"hello world", Limits(characters=10))


def test_a_name_cannot_break_out_of_its_sentence() -> None:
    """What a sender calls a file ends up in logs and tables: it stays one line."""
    with pytest.raises(Empty, match=r"^a b\.pdf holds nothing to read"):
        parse("a\r\nb\x00.pdf", b"")
    with pytest.raises(Empty, match=r"^the file holds nothing"):
        parse("", b"")


@pytest.mark.parametrize(
    ("unreadable", "cause", "sentence"),
    [
        (Encrypted("a.pdf"), "encrypted", "a.pdf is protected by a password."),
        (Corrupt("a.pdf", "it ends early"), "corrupt", "a.pdf is damaged: it ends early."),
        (Empty("a.pdf", "it has no pages"), "empty", "a.pdf holds nothing to read: it has no pages."),
        (Unsupported("a.x", "an X", "Send a Y."), "unsupported", "a.x is an X, which is not read."),
        (TooLarge("a.pdf", "pages", 7, 5), "too_large", "a.pdf holds 7 pages; the limit is 5."),
        (TooSlow("a.pdf", 30.0), "too_slow", "a.pdf could not be read in 30 s."),
    ],
)
def test_a_failure_says_what_and_what_to_do(unreadable: Unreadable, cause: str, sentence: str) -> None:
    """Each cause is a class with its own sentence; it survives the way out of a worker process."""
    sent = pickle.loads(pickle.dumps(unreadable))  # noqa: S301
    assert type(sent) is type(unreadable)
    for failure in (unreadable, sent):
        assert (failure.cause, failure.message) == (cause, sentence)
        assert str(failure) == f"{sentence} {failure.remedy}"


def test_a_foreign_error_is_kept_as_the_reason() -> None:
    """The border translates, it does not hide: the first cause stays attached for whoever looks."""
    content = _repacked(_xlsx(), lambda member: member[: len(member) // 2])
    with pytest.raises(Corrupt) as corrupt:
        parse("half.xlsx", content)
    assert corrupt.value.__cause__ is not None


@pytest.mark.parametrize(
    ("words", "is_memory"),
    [
        ("std::bad_alloc", True),
        ("Failed to allocate memory for requested buffer of size 36864000", True),
        ("OpenCV(5.0.0) error: (-4:Insufficient memory) Failed to allocate 52 bytes", True),
        ("the table of contents is damaged", False),
    ],
)
def test_want_of_memory_is_no_damage(words: str, is_memory: bool) -> None:
    """A reader that was given too little is not the fault of the bytes: another reader may have more."""

    def recognise(_picture: Picture) -> Recognised:
        raise RuntimeError(words)

    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@example.com", "Scan"
    mail.set_content("See attached.")
    scan = saved(picture_of(["Order 7"]))
    mail.add_attachment(scan, maintype="image", subtype="png", filename="a.png")
    for name, content in (("a.png", scan), ("a.eml", mail.as_bytes())):
        if is_memory:
            with pytest.raises(MemoryError):
                parse(name, content, recognise=recognise)
    if not is_memory:
        with pytest.raises(Corrupt):
            parse("a.png", scan, recognise=recognise)
