"""What every mail shows, whichever program packed it: its headers, its better body, and what is attached by name."""

import re
from collections.abc import Iterable

from extraction.parsing.border import one_line

SHOWN_HEADERS = ("From", "To", "Cc", "Subject", "Date")
# Signatures and keys say nothing to a reader.
SILENT_TYPES = frozenset(
    (
        "application/pgp-signature",
        "application/pgp-keys",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    )
)
_STUB_SHARE = 4  # a plain text this much shorter than its HTML only says that there is HTML
_PATH = re.compile(r"[/\\]")
_LONGEST_NAME = 150


def better_body(plain: str, rich: str) -> str:
    """The plain text, unless it is a stub that stands in for the rest."""
    is_stub = len(plain.strip()) * _STUB_SHARE < len(rich)
    return rich if is_stub else plain


def base_name(name: str) -> str:
    """A name without the way to a place on somebody's disk, short enough to be shown."""
    base = _PATH.split(one_line(name))[-1].strip(". ")
    if len(base) > _LONGEST_NAME:
        stem, dot, suffix = base.rpartition(".")
        base = f"{stem[:_LONGEST_NAME]}…{dot}{suffix[-10:]}" if dot else f"{base[:_LONGEST_NAME]}…"
    return base or "unnamed"


def listed(names: Iterable[tuple[str, str]]) -> str:
    """A line for each attachment, by name and type."""
    return "\n".join(f"Attachment: {name} ({one_line(kind)})" for name, kind in names)
