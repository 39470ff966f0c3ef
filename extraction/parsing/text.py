"""A plain text is what its bytes say, as long as they are text at all."""

import re

from extraction.parsing.charset import decoded
from extraction.parsing.limits import Part, Parts, RawFile
from extraction.parsing.unreadable import Unsupported

_SAMPLE_CHARACTERS = 20_000
_JUNK = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_JUNK_SHARE = 0.02
_KINDS_READ = "Send it as PDF, a picture, an Office file, a mail, HTML or plain text."


def read_text(file: RawFile) -> Parts:
    """The text as one part."""
    yield Part(readable_text(file, decoded(file.content)), "body")


def readable_text(file: RawFile, text: str) -> str:
    """The text, unless it is none."""
    if is_junk(text):
        raise Unsupported(file.name, "a binary file of an unknown kind", _KINDS_READ)
    return text


def is_junk(text: str) -> bool:
    """True where too many characters are none that a person types."""
    sample = text[:_SAMPLE_CHARACTERS]
    return len(_JUNK.findall(sample)) > _JUNK_SHARE * len(sample)
