"""A plain text is what its bytes say, as long as they are text at all."""

import re
from collections.abc import Generator

from extraction.parsing.charset import decoded
from extraction.parsing.limits import Part, RawFile
from extraction.parsing.unreadable import Unsupported

_SAMPLE_CHARACTERS = 20_000
_JUNK = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_JUNK_SHARE = 0.02
_KINDS_READ = "Send it as PDF, XLSX, DOCX, EML, HTML or plain text."


def read_text(file: RawFile) -> Generator[Part, None, None]:
    """The text as one part."""
    text = decoded(file.content)
    if is_junk(text):
        raise Unsupported(file.name, "a binary file of an unknown kind", _KINDS_READ)
    yield Part(text, "body")


def is_junk(text: str) -> bool:
    """True where too many characters are none that a person types."""
    sample = text[:_SAMPLE_CHARACTERS]
    return len(_JUNK.findall(sample)) > _JUNK_SHARE * len(sample)
