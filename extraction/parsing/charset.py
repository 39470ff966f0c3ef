"""Bytes become text by their mark, then by what they declare, then by what they can be; they always do."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Senders say the left and mean the right, which holds all of the left and what was really typed.
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}
# Codecs of Python that no sender means and that are slow, deprecated or no charset.
_REFUSED = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
_SAMPLE_BYTES = 4096


def decoded(content: bytes, declared: str | None = None) -> str:
    """The text of the bytes: by byte order mark, as UTF-8, as declared, as Windows-1252."""
    for mark, marked in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(marked, "replace")
    if charset := known_charset(declared):
        return _as_declared(content, charset)
    return _guessed(content)


def known_charset(declared: str | None) -> str | None:
    """The codec that is meant by a declared charset, or None where there is none."""
    try:
        name = codecs.lookup((declared or "").strip().strip("\"'")).name
    except (LookupError, ValueError):
        return None
    return None if name in _REFUSED else _MEANT.get(name, name)


def _as_declared(content: bytes, charset: str) -> str:
    try:
        return content.decode("utf-8" if charset == "cp1252" else charset)
    except LookupError:
        return _guessed(content)
    except ValueError:
        return content.decode(charset, "replace")


def _guessed(content: bytes) -> str:
    wide = _wide_charset(content[:_SAMPLE_BYTES])
    if wide:
        return content.decode(wide, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _wide_charset(sample: bytes) -> str | None:
    """UTF-16 without its mark shows by a NUL in nearly every second byte."""
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0) / len(sample), sample[1::2].count(0) / len(sample)
    if odd > 0.3 and even < 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > 0.3 and odd < 0.05 else None
