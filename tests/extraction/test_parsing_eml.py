"""A mail becomes its headers, its body and what it carries."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.document import Where
from extraction.parsing import Empty, Encrypted, parse
from extraction.parsing.headers import header_text


def _mail(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {"From": "Ann <ann@acme.example>", "To": "bob@example.com", **headers}.items():
        mail[name.replace("_", "-")] = value
    return mail


def _raw(headers: str, body: str | bytes) -> bytes:
    content = body if isinstance(body, bytes) else body.encode()
    return f"From: a@example.com\nTo: b@example.com\n{headers}\n\n".encode() + content


def test_headers_come_first_in_a_fixed_order() -> None:
    """Who wrote to whom, about what and when is text like any other, with a label of its own."""
    mail = _mail(Date="Thu, 19 Nov 2026 10:00:00 +0100", Subject="Preiserhöhung ab März", Cc="cy@example.com")
    mail["X-Mailer"] = "not shown"
    mail.set_content("Dear Bob,\n\nprices rise by 5 %.\n")
    document = parse("mail.eml", mail.as_bytes())
    assert document.text == (
        "From: Ann <ann@acme.example>\nTo: bob@example.com\nCc: cy@example.com\nSubject: Preiserhöhung ab März\n"
        "Date: Thu, 19 Nov 2026 10:00:00 +0100\n\nDear Bob,\n\nprices rise by 5 %."
    )
    assert [(span.page, span.label) for span in document.spans] == [(None, "header"), (None, "body")]
    assert document.mime == "message/rfc822"


def test_plain_text_is_preferred_to_html() -> None:
    """Of two versions of one body, one is read."""
    mail = _mail(Subject="Offer")
    mail.set_content("Price: 5 EUR")
    mail.add_alternative("<p>Price: <b>5 EUR</b></p>", subtype="html")
    assert parse("mail.eml", mail.as_bytes()).text.count("5 EUR") == 1


@pytest.mark.parametrize("stub", ["", "Please use an HTML reader."])
def test_html_is_read_where_the_plain_text_says_nothing(stub: str) -> None:
    """A plain text that only stands in for the HTML is not the message."""
    mail = _mail(Subject="Offer")
    mail.set_content(stub)
    rows = "".join(f"<tr><td>Pipe {number}</td><td>5.00</td></tr>" for number in range(20))
    mail.add_alternative(f"<p>Our prices</p><table>{rows}</table>", subtype="html")
    text = parse("mail.eml", mail.as_bytes()).text
    assert "Our prices\n\nPipe 0\t5.00\nPipe 1\t5.00" in text
    assert "HTML reader" not in text


def test_quoted_replies_are_kept() -> None:
    """What is agreed in a thread often stands in the part that is quoted."""
    mail = _mail(Subject="Re: Offer")
    mail.set_content("Agreed.\n\nOn Monday Bob wrote:\n> 5 EUR a piece?\n")
    assert parse("mail.eml", mail.as_bytes()).text.endswith("Agreed.\n\nOn Monday Bob wrote:\n> 5 EUR a piece?")


def test_attachments_are_named_without_their_paths() -> None:
    """A name is shown, never the way to a place on somebody's disk."""
    mail = _mail(Subject="Offer")
    mail.set_content("See attached.")
    for name in ("Angebot Müller.pdf", "../../etc/passwd", "C:\\temp\\prices.xlsx"):
        mail.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=name)
    mail.add_attachment("inner text", filename="notes.txt")
    document = parse("mail.eml", mail.as_bytes())
    attachments = next(span for span in document.spans if span.label == "attachments")
    assert document.text[attachments.start : attachments.end].splitlines()[:4] == [
        "Attachment: Angebot Müller.pdf (application/octet-stream)",
        "Attachment: passwd (application/octet-stream)",
        "Attachment: prices.xlsx (application/octet-stream)",
        "Attachment: notes.txt (text/plain)",
    ]


def test_a_forwarded_mail_is_named_by_its_subject_and_read() -> None:
    """An attached mail has no file name: its subject tells the reader what it is."""
    inner = _mail(Subject="Price list 2026")
    inner.set_content("inner body")
    mail = _mail(Subject="Fwd")
    mail.set_content("See below.")
    mail.add_attachment(inner)
    document = parse("mail.eml", mail.as_bytes())
    assert "Attachment: Price list 2026 (message/rfc822)" in document.text
    assert document.where(document.text.index("inner body"), 0) == Where("Price list 2026", within="1")
    assert document.label_at(document.text.index("Subject: Price list")) == "Price list 2026, header"


def test_a_mail_that_is_only_an_attachment_is_its_headers_and_that() -> None:
    """Nothing is invented for a body, and what cannot be read says so."""
    mail = _mail(Subject="Scan")
    mail.set_content(b"%PDF-1.4", maintype="application", subtype="pdf", filename="scan.pdf")
    document = parse("mail.eml", mail.as_bytes())
    assert [span.label for span in document.spans] == ["header", "attachments", "scan.pdf"]
    assert "Attachment: scan.pdf (application/pdf)" in document.text
    assert document.unread_parts() == document.spans[2:]


@pytest.mark.parametrize(
    ("headers", "body", "words"),
    [
        ("Content-Type: text/plain; charset=x-unknown", "Grüße", "Grüße"),
        ("Content-Type: text/plain; charset=iso-8859-1", "5 €".encode("cp1252"), "5 €"),
        ("Content-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: 8bit", "Grüße", "Grüße"),
        ("Content-Type: text/plain; charset*=iso-8859-15''%", "plain", "plain"),
        ("Content-Type: text/html; charset=iso-8859-2", "<p>Cena z\xb3</p>".encode("latin-1"), "Cena zł"),
        ("Content-Transfer-Encoding: quoted-printable", "Gr=C3=BC=C3=9Fe=\n an alle =ZZ", "Grüße an alle =ZZ"),
        ("Content-Transfer-Encoding: base64", "R3LDvMOfZQ", "Grüße"),
        ("Content-Transfer-Encoding: sideways", "as it is", "as it is"),
        ("Content-Type: multipart/mixed; boundary=never", "no part in here", "no part in here"),
        ("Content-Type: multipart/mixed", "no boundary", "no boundary"),
        ("Content-Type: ???", "no type", "no type"),
        ("Content-Type: text/x-unheard-of", "a text after all", "a text after all"),
        ("no header line at all", "body", "body"),
    ],
)
def test_broken_mails_keep_their_words(headers: str, body: str | bytes, words: str) -> None:
    """Odd charsets, encodings and types cost a character at most, never the text."""
    assert words in parse("odd.eml", _raw(headers, body)).text


def test_inline_parts_are_read_one_after_the_other() -> None:
    """A list server's footer and an inline text are part of what a reader sees."""
    parts = ["first", "Content-Disposition: inline; filename=terms.txt\n\nsecond", "\n<not html>"]
    body = "".join(f"--b\n{part if part.startswith('Content') else chr(10) + part}\n" for part in parts) + "--b--\n"
    text = parse("parts.eml", _raw("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b", body)).text
    assert text.split("\n\n", 1)[1] == "first\n\nsecond\n\n\n<not html>"


@pytest.mark.parametrize(
    "content_type",
    ["multipart/encrypted; boundary=b", "application/pkcs7-mime; smime-type=enveloped-data"],
)
def test_an_encrypted_mail_says_who_can_open_it(content_type: str) -> None:
    """No password helps: only its recipient has the key."""
    with pytest.raises(Encrypted, match="protected by a key that only its recipient has"):
        parse("secret.eml", _raw(f"Content-Type: {content_type}", "x"))


def test_a_mail_without_anything_is_empty() -> None:
    """Neither headers nor body nor attachments: nothing to read."""
    with pytest.raises(Empty):
        parse("blank.eml", b"X-Mailer: none\n\n\n")


def test_deep_nesting_is_refused_not_suffered() -> None:
    """A mail within a mail within a mail ends in a typed failure."""
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(3000))
    with pytest.raises(Exception, match=r"deep\.eml is damaged"):
        parse("deep.eml", f"From: a@example.com\n{nested}".encode())


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("=?utf-8?q?Preiserh=C3=B6hung_ab?= =?utf-8?q?_M=C3=A4rz?=", "Preiserhöhung ab März"),
        ("=?UTF-8?B?R3LDvMOf?=\r\n =?UTF-8?B?ZQ==?=", "Grüße"),
        ("=?utf-8?b?w7zD?= =?utf-8?b?nw==?=", "üß"),
        ("=?iso-8859-1?q?caf=E9?= and =?koi8-r?b?48XOwQ==?=", "café and Цена"),
        ("=?utf-8?b?A?= broken", "=?utf-8?b?A?= broken"),
        ("=?x-unknown?q?plain?=", "plain"),
        ("=?utf-8*de?q?mit_Sprache?=", "mit Sprache"),
        ("folded\r\n\t subject", "folded subject"),
        ("Gr\udcc3\udcbc\udcc3\udc9fe", "Grüße"),
        ("caf\udce9", "café"),
        ("an =?odd", "an =?odd"),
        ("", ""),
    ],
)
def test_a_header_says_what_was_meant(raw: str, text: str) -> None:
    """Encoded words are decoded, characters cut in two are put together, broken words stay."""
    assert header_text(raw) == text


@given(st.text(st.sampled_from("=?utf-8bqQB_ ABé\udce9\r\n"), max_size=60))
def test_every_header_becomes_one_line(raw: str) -> None:
    """No header raises, and none breaks out of its line."""
    text = header_text(raw)
    assert "\n" not in text
    text.encode("utf-8")
