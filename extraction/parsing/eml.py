"""A mail is its visible headers, one body (plain text before HTML, replies kept), its attachments' names."""

import re
from collections.abc import Generator, Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import TypeAlias

from extraction.parsing.border import one_line
from extraction.parsing.charset import decoded
from extraction.parsing.headers import header_text
from extraction.parsing.html import html_decoded, html_text
from extraction.parsing.limits import Part, RawFile
from extraction.parsing.unreadable import Encrypted

_SHOWN_HEADERS = ("From", "To", "Cc", "Subject", "Date")
_ENVELOPED = ("enveloped-data", "authenveloped-data")
_STUB_SHARE = 4  # a plain text this much shorter than its HTML only says that there is HTML

_PATH = re.compile(r"[/\\]")

_Mail: TypeAlias = "Message[str, str]"


def read_eml(file: RawFile) -> Generator[Part, None, None]:
    """The headers a reader sees, the body, and a line for each attachment."""
    mail = message_from_bytes(file.content.removeprefix(b"\xef\xbb\xbf"), policy=compat32)
    if _is_encrypted(mail):
        raise Encrypted(file.name, "a key that only its recipient has")
    texts = {
        "header": _headers(mail),
        "body": _shown(mail) if mail.is_multipart() else _leaf_text(mail),
        "attachments": "\n".join(_attachment_line(part) for part in _attachments(mail)),
    }
    yield from (Part(text.strip("\r\n"), label) for label, text in texts.items() if text.strip())


def _is_encrypted(mail: _Mail) -> bool:
    if mail.get_content_type() == "multipart/encrypted":
        return True
    is_smime = mail.get_content_type() in ("application/pkcs7-mime", "application/x-pkcs7-mime")
    return is_smime and str(mail.get_param("smime-type", "")).lower() in _ENVELOPED


def _headers(mail: _Mail) -> str:
    found = [(name.lower(), header_text(str(value))) for name, value in mail.raw_items()]
    lines = [f"{shown}: {text}" for shown in _SHOWN_HEADERS for name, text in found if name == shown.lower() and text]
    return "\n".join(lines)


def _shown(part: _Mail) -> str:
    """The text a mail program shows of this part."""
    if _is_attached(part):
        return ""
    if not part.is_multipart():
        return _leaf_text(part)
    if part.get_content_type() == "multipart/alternative":
        return _best(_subparts(part))
    texts = (_shown(sub) for sub in _subparts(part))
    return "\n\n".join(text for text in texts if text.strip())


def _best(alternatives: list[_Mail]) -> str:
    """The plain text, unless it is a stub that stands in for the rest."""
    plain, rich = "", ""
    for part in alternatives:
        if part.get_content_type() == "text/plain":
            plain = plain or _shown(part)
        else:
            rich = rich or _shown(part)
    is_stub = len(plain.strip()) * _STUB_SHARE < len(rich)
    return rich if is_stub else plain


def _leaf_text(part: _Mail) -> str:
    kind = part.get_content_type()
    if not kind.startswith(("text/", "multipart/")):
        return ""
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("ascii", "surrogateescape")
    if kind == "text/html":
        return html_text(html_decoded(content, _charset(part)))
    return decoded(content, _charset(part))


def _charset(part: _Mail) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        return None


def _subparts(part: _Mail) -> list[_Mail]:
    payload = part.get_payload()
    return [sub for sub in payload if isinstance(sub, Message)] if isinstance(payload, list) else []


def _is_attached(part: _Mail) -> bool:
    if part.get_content_maintype() == "multipart":
        return False
    disposition = part.get_content_disposition()
    if part.get_content_maintype() != "text" or disposition == "attachment":
        return True
    return bool(part.get_filename()) and disposition != "inline"


def _attachments(part: _Mail) -> Iterator[_Mail]:
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for sub in _subparts(part):
            yield from _attachments(sub)
    elif _is_attached(part):
        yield part


def _attachment_line(part: _Mail) -> str:
    name = header_text(part.get_filename() or "") or _inner_subject(part) or "unnamed"
    return f"Attachment: {_PATH.split(name)[-1]} ({one_line(part.get_content_type())})"


def _inner_subject(part: _Mail) -> str:
    subparts = _subparts(part)
    return header_text(str(dict(subparts[0].raw_items()).get("Subject", ""))) if subparts else ""
