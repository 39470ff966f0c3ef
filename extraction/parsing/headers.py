"""A mail header is shown as it was meant: encoded words decoded, broken ones left as they stand."""

import binascii
import quopri
import re

from extraction.parsing.border import one_line
from extraction.parsing.charset import decoded

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_GAP = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bq]\?)", re.IGNORECASE)


def header_text(raw: str) -> str:
    """One line of text from a header as the mail parser holds it (undecoded bytes as lone surrogates)."""
    value = decoded(raw.encode("utf-8", "surrogateescape")) if raw else ""
    return one_line(_with_words_decoded(_GAP.sub(r"\1", value)))


def _with_words_decoded(value: str) -> str:
    """Neighbours of one charset are decoded together: senders cut characters in two between words."""
    shown, end = [], 0
    run, charset = b"", ""
    for word in _WORD.finditer(value):
        content = _word_bytes(word)
        named = word.group(1).partition("*")[0].lower()
        if word.start() > end or named != charset:
            shown += [_run_text(run, charset), value[end : word.start()]]
            run, charset = b"", named
        if content is None:
            shown += [_run_text(run, charset), word.group()]
            run, content = b"", b""
        run, end = run + content, word.end()
    return "".join([*shown, _run_text(run, charset), value[end:]])


def _run_text(run: bytes, charset: str) -> str:
    return decoded(run, charset) if run else ""


def _word_bytes(word: re.Match[str]) -> bytes | None:
    """The bytes of an encoded word; None where it is broken."""
    content = word.group(3).encode("utf-8")
    if word.group(2).lower() == "q":
        return quopri.decodestring(content, header=True)
    try:
        return binascii.a2b_base64(content + b"==")
    except binascii.Error:
        return None
