"""A mail is its visible headers, one body (plain text before HTML, replies kept), and what is attached to it."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import TypeAlias

from extraction.parsing.charset import decoded
from extraction.parsing.headers import header_text
from extraction.parsing.html import html_decoded, html_text
from extraction.parsing.limits import Attached, Part, Parts, RawFile
from extraction.parsing.mail import SHOWN_HEADERS, SILENT_TYPES, base_name, better_body, listed
from extraction.parsing.unreadable import Encrypted

_ENVELOPED = ("enveloped-data", "authenveloped-data")

_Mail: TypeAlias = "Message[str, str]"


def read_eml(file: RawFile) -> Parts:
    """The headers a reader sees, the body, a line for each attachment, and the attachments."""
    mail = message_from_bytes(file.content.removeprefix(b"\xef\xbb\xbf"), policy=compat32)
    yield from _read(mail, file)


def _read(mail: _Mail, file: RawFile) -> Parts:
    if _is_encrypted(mail):
        raise Encrypted(file.name, "a key that only its recipient has")
    attached = list(_attachments(mail))
    texts = {
        "header": shown_headers(mail),
        "body": _shown(mail) if mail.is_multipart() else _leaf_text(mail),
        "attachments": listed((_name(part), part.get_content_type()) for part in attached),
    }
    yield from (Part(text.strip("\r\n"), label) for label, text in texts.items() if text.strip())
    yield from (_opened(part) for part in attached if part.get_content_type() not in SILENT_TYPES)


def _opened(part: _Mail) -> Attached:
    """The attachment's bytes; a mail lies unpacked in its mail."""
    inner = _subparts(part)
    if inner:
        return Attached(_name(part), reader=lambda file: _read(inner[0], file))
    return Attached(_name(part), _payload(part))


def _is_encrypted(mail: _Mail) -> bool:
    if mail.get_content_type() == "multipart/encrypted":
        return True
    is_smime = mail.get_content_type() in ("application/pkcs7-mime", "application/x-pkcs7-mime")
    return is_smime and str(mail.get_param("smime-type", "")).lower() in _ENVELOPED


def shown_headers(mail: _Mail) -> str:
    found = [(name.lower(), header_text(str(value))) for name, value in mail.raw_items()]
    lines = [f"{shown}: {text}" for shown in SHOWN_HEADERS for name, text in found if name == shown.lower() and text]
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
    return better_body(plain, rich)


def _leaf_text(part: _Mail) -> str:
    kind = part.get_content_type()
    if not kind.startswith(("text/", "multipart/")):
        return ""
    content = _payload(part)
    if kind == "text/html":
        return html_text(html_decoded(content, _charset(part)))
    return decoded(content, _charset(part))


def _payload(part: _Mail) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")


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


def _name(part: _Mail) -> str:
    return base_name(header_text(part.get_filename() or "") or _inner_subject(part))


def _inner_subject(part: _Mail) -> str:
    subparts = _subparts(part)
    return header_text(str(dict(subparts[0].raw_items()).get("Subject", ""))) if subparts else ""
