"""The bytes decide what a file is; the name where they leave it open."""

import io
import zipfile

import pytest

from extraction.parsing import Cause, Unreadable, parse
from extraction.parsing.kind import kind_of
from extraction.parsing.limits import Limits, RawFile
from tests.extraction.making_ole import compound_file

_MAIL = b"From: a@example.com\nTo: b@example.com\nSubject: Offer\n\nHello"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def _ole(*streams: str, content: bytes = b"x") -> bytes:
    return compound_file(dict.fromkeys(streams, content))


def _open_document(kind: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "x")
    return target.getvalue()


def _archive(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("offer.bin", b"%PDF-1.7 ...", "pdf"),
        ("offer.docx", b"\n%PDF-1.7 ...", "pdf"),
        ("offer.bin", b"junk before it %PDF-1.4", "pdf"),
        ("notes.txt", b"A PDF begins with %PDF-1.4", "text"),
        ("offer.pdf", b"not one at all", "pdf"),
        ("offer.bin", _archive("[Content_Types].xml", "word/document.xml"), "docx"),
        ("offer.docx", _archive("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("offer.xlsx", b"PK\x03\x04 and no more", "xlsx"),
        ("offer", _MAIL, "eml"),
        ("offer.mbox", b"From a@example.com Thu Nov 19 10:00:00 2026\n" + _MAIL, "eml"),
        ("pasted.txt", _MAIL, "text"),
        ("saved.txt", b"Received: by mx\n" + _MAIL, "eml"),
        ("offer.eml", b"no header here", "eml"),
        ("offer", b"<!DOCTYPE html><html>", "html"),
        ("offer", b"\xef\xbb\xbf  <!-- saved --><HTML lang=de>", "html"),
        ("offer.xls", b"<table><tr><td>1", "html"),
        ("offer.htm", b"words only", "html"),
        ("offer.xml", b"<html>", "text"),
        ("offer.csv", b"a;b\n1;2", "csv"),
        ("offer.txt", b"a;b\n1;2", "text"),
        ("offer.pdf", b"\x89PNG\r\n\x1a\n", "png"),
        ("offer", b"\xff\xd8\xff\xe0", "jpeg"),
        ("offer", b"II*\x00", "tiff"),
        ("offer", b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        ("sounds.txt", b"RIFF is a word", "text"),
        ("offer", b"GIF89a", "gif"),
        ("offer", b"BM\x46\x00\x00\x00\x00\x00\x00\x00", "bmp"),
        ("notes.txt", b"BMW builds cars", "text"),
        ("offer.doc", b"{\\rtf1 Hello}", "rtf"),
        ("offer.doc", _ole("WordDocument"), "doc"),
        ("offer", _ole("Workbook"), "xls"),
        ("offer", _ole("Book"), "xls"),
        ("offer", _ole("PowerPoint Document"), "ppt"),
        ("offer", _ole("__properties_version1.0"), "msg"),
        ("offer", _archive("ppt/presentation.xml"), "pptx"),
        ("offer", _archive("xl/workbook.bin"), "xlsb"),
        ("offer", _open_document("text"), "odt"),
        ("offer", _open_document("spreadsheet"), "ods"),
        ("offer", _open_document("presentation"), "odp"),
        ("offer", b"Dear all,\nthe price: 5", "text"),
    ],
)
def test_the_kind_is_read_off_the_bytes_first(name: str, content: bytes, kind: str) -> None:
    """A misnamed file is read as what it is; a name decides only what the bytes do not."""
    assert kind_of(RawFile(name, content, Limits())) == kind


@pytest.mark.parametrize(
    ("name", "content", "cause", "words"),
    [
        ("scan.png", b"\x89PNG\r\n\x1a\n", "corrupt", "picture"),
        ("scan.jpg", b"\xff\xd8\xff\xe0", "corrupt", "picture"),
        ("scan.tif", b"II*\x00", "corrupt", "picture"),
        ("old.doc", _OLE, "corrupt", "streams"),
        ("old.pub", _ole("Quill"), "unsupported", "older Office"),
        ("locked.xlsx", _OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "password"),
        ("locked.docx", _ole("EncryptedPackage"), "encrypted", "password"),
        ("locked.doc", _ole("WordDocument", content=bytes(10) + b"\x00\x01"), "encrypted", "password"),
        ("locked.ppt", _ole("PowerPoint Document", "EncryptedSummary"), "encrypted", "password"),
        ("draw.odg", _open_document("graphics"), "unsupported", "Office"),
        ("odd.xlsx", _archive("xl/strange.xml"), "unsupported", "Office"),
        ("winmail.dat", b"\x78\x9f\x3e\x22\x01", "unsupported", "Outlook"),
        ("paper.ps", b"%!PS-Adobe", "unsupported", "PostScript"),
        ("all.zip", _archive("a.pdf", "b.pdf"), "unsupported", "Unpack"),
        ("all.tgz", b"\x1f\x8b\x08", "unsupported", "Unpack"),
        ("tune.mp3", b"ID3\x03" + bytes(range(256)) * 8, "unsupported", "binary"),
        ("nothing.txt", b"", "empty", "no bytes"),
        ("blank.txt", b" \n\t \n", "empty", "no text"),
    ],
)
def test_what_is_not_read_says_what_it_is_and_what_to_do(name: str, content: bytes, cause: Cause, words: str) -> None:
    """A refusal names the file, its kind and a remedy."""
    with pytest.raises(Unreadable) as refused:
        parse(name, content)
    assert refused.value.cause == cause
    assert name in str(refused.value)
    assert words in str(refused.value)
    assert refused.value.remedy.endswith(".")


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.txt", b"Price: 5 EUR\r\nValid until May", "Price: 5 EUR\nValid until May"),
        ("a.log", "Größe;Preis\n1;2,50".encode("cp1252"), "Größe;Preis\n1;2,50"),
        ("a", "Angebot".encode("utf-16"), "Angebot"),
    ],
)
def test_plain_text_is_what_its_bytes_say(name: str, content: bytes, text: str) -> None:
    """A text is one part, with line ends made alike."""
    document = parse(name, content)
    assert document.text == text
    assert [(span.start, span.end, span.page, span.label) for span in document.spans] == [(0, len(text), None, "body")]
    assert document.mime == "text/plain"
