"""What may not pass the border of the room, and how bytes become characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.parsing.border import one_line, sanitised
from extraction.parsing.charset import decoded, known_charset

_ANY_TEXT = st.text(st.characters(codec=None), max_size=200)


@given(_ANY_TEXT)
def test_what_passes_can_be_stored_anywhere(text: str) -> None:
    """No NUL, no control character but tab and newline, no lone surrogate, whatever came in."""
    passed = sanitised(text)
    passed.encode("utf-8")
    assert not any(unicodedata.category(mark) in ("Cc", "Cs") and mark not in "\t\n" for mark in passed)


@given(_ANY_TEXT)
def test_passing_twice_changes_nothing(text: str) -> None:
    """The border is idempotent."""
    assert sanitised(sanitised(text)) == sanitised(text)


@given(st.text(st.characters(categories=("L", "N", "P", "Sc"), max_codepoint=0x2FFF), max_size=200))
def test_visible_text_passes_as_it_is(text: str) -> None:
    """Letters, digits, punctuation and currencies are nobody's to change."""
    assert sanitised(text) == text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("page\x0cnext\x0bline\u2028end\x85", "page\nnext\nline\nend\n"),
        ("a\x00b\x07c", "abc"),
        ("price \ud83d lone", "price  lone"),
        ("Liefer\u00adtermin\u200b\ufeff", "Liefertermin"),
        ("\u202e12.50\u202c", "12.50"),
        ("12.50\U000e0069\U000e0067\U000e006e\U000e007f", "12.50"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("col\tumn", "col\tumn"),
    ],
)
def test_oddities_are_dropped_or_become_newlines(before: str, after: str) -> None:
    """Line ends of every system are newlines; invisible marks go, joiners that carry meaning stay."""
    assert sanitised(before) == after


def test_a_label_is_one_line() -> None:
    """Names from a file end up in labels and sentences: no newline may break out of them."""
    assert one_line(" Prices\r\n\t2026\x00 ") == "Prices 2026"


@pytest.mark.parametrize(
    ("content", "declared", "text"),
    [
        ("Grüße, 5 €".encode(), None, "Grüße, 5 €"),
        ("Grüße, 5 €".encode("cp1252"), None, "Grüße, 5 €"),
        ("Grüße, 5 €".encode("cp1252"), "iso-8859-1", "Grüße, 5 €"),
        ("Grüße, 5 €".encode(), "us-ascii", "Grüße, 5 €"),
        ("Grüße".encode("utf-16"), None, "Grüße"),
        ("Grüße".encode("utf-8-sig"), "iso-8859-1", "Grüße"),
        ("Grüße".encode("utf-32"), None, "Grüße"),
        ("A plain letter".encode("utf-16-le"), None, "A plain letter"),
        ("A plain letter".encode("utf-16-be"), None, "A plain letter"),
        ("見積書".encode("iso-2022-jp"), "iso-2022-jp", "見積書"),
        ("見積書①".encode("cp932"), "shift_jis", "見積書①"),
        ("报价单".encode("gb18030"), "gb2312", "报价单"),
        ("Цена".encode("koi8-r"), " 'KOI8-R' ", "Цена"),
        ("Cena zł".encode("iso-8859-2"), "iso-8859-2", "Cena zł"),
        (b"caf\xc3\xa9", "x-unknown", "café"),
        (b"plain", "base64", "plain"),
        (b"plain", "unicode_escape", "plain"),
        (b"", "utf-8", ""),
    ],
)
def test_bytes_become_the_characters_that_were_meant(content: bytes, declared: str | None, text: str) -> None:
    """A byte order mark wins, then UTF-8, then the declared charset as senders mean it, then Windows-1252."""
    assert decoded(content, declared) == text


@given(st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["utf-7", "hz", "rot13"])))
def test_bytes_always_become_text(content: bytes, declared: str | None) -> None:
    """No bytes and no declared charset raise."""
    assert isinstance(decoded(content, declared), str)


@pytest.mark.parametrize("declared", [None, "", "no-such-charset", "punycode", "idna", "a\x00b"])
def test_a_charset_that_is_none_is_not_known(declared: str | None) -> None:
    """Names that no sender means are not handed to a codec."""
    assert known_charset(declared) is None
