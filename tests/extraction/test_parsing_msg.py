"""An Outlook message is read like the mail it is."""

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.parsing import parse
from extraction.parsing.rtf import unpacked_rtf
from tests.extraction.making_ole import Tree, compound_file

_HEAD = bytes(32)


def _texts(properties: dict[str, str]) -> dict[str, bytes]:
    return {f"__substg1.0_{number}001F": text.encode("utf-16-le") for number, text in properties.items()}


def _moment(number: int, moment: datetime) -> bytes:
    ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    return struct.pack("<HHIQ", 0x0040, number, 6, ticks)


def _message(properties: dict[str, str], **storages: Tree) -> dict[str, "bytes | Tree"]:
    return {"__properties_version1.0": _HEAD, **_texts(properties), **storages}


def _attachment(name: str, content: bytes) -> Tree:
    return {"__properties_version1.0": bytes(8), **_texts({"3707": name}), "__substg1.0_37010102": content}


_OFFER = {"0037": "Price list", "0C1A": "Ann Müller", "5D01": "ann@acme.example", "0E04": "Bob", "1000": "Dear Bob"}


def test_a_message_shows_what_outlook_shows() -> None:
    """Headers in the order of any mail, with the time it was sent, then the body."""
    message = _message(_OFFER)
    message["__properties_version1.0"] = _HEAD + _moment(0x0039, datetime(2026, 11, 19, 9, 30, tzinfo=UTC))
    document = parse("offer.msg", compound_file(message))
    assert document.text == (
        "From: Ann Müller <ann@acme.example>\nTo: Bob\nSubject: Price list\nDate: 2026-11-19 09:30:00+00:00\n\nDear Bob"
    )
    assert [span.label for span in document.spans] == ["header", "body"]
    assert document.mime == "application/vnd.ms-outlook"


def test_headers_of_transport_are_preferred() -> None:
    """A message that was sent has the headers every mail has."""
    sent = "Received: by mx\r\nFrom: =?utf-8?q?Ann_M=C3=BCller?= <ann@acme.example>\r\nSubject: As sent\r\n"
    document = parse("offer.msg", compound_file(_message({**_OFFER, "007D": sent})))
    assert document.text.startswith("From: Ann Müller <ann@acme.example>\nSubject: As sent\n\nDear Bob")


def test_attachments_of_a_message_are_read() -> None:
    """Also in the order of their numbers, and without their paths."""
    message = _message(
        _OFFER,
        **{
            "__attach_version1.0_#00000001": _attachment("terms.txt", b"30 days net"),
            "__attach_version1.0_#00000000": _attachment("..\\prices.csv", b"Pipe;5\nBolt;2\n" * 400),
        },
    )
    document = parse("offer.msg", compound_file(message))
    assert "Attachment: prices.csv (attachment)\nAttachment: terms.txt (attachment)" in document.text
    start = document.text.index("30 days")
    assert document.where(start, start + 7)[:3] == ("terms.txt", None, "2")
    assert document.text.count("Pipe\t5") == 400


def test_a_message_in_a_message_is_opened() -> None:
    """What was forwarded is read with its own headers."""
    inner: Tree = {"__properties_version1.0": bytes(24), **_texts({"0037": "Original", "1000": "inner body"})}
    attached: Tree = {**_texts({"3001": "Original"}), "__substg1.0_3701000D": inner}
    document = parse("fwd.msg", compound_file(_message(_OFFER, **{"__attach_version1.0_#00000000": attached})))
    assert document.label_at(document.text.index("inner body")) == "Original"
    assert document.label_at(document.text.index("Subject: Original")) == "Original, header"


def test_a_body_of_html_is_read_where_there_is_no_other() -> None:
    """The rich body in its own charset."""
    message = _message({"0037": "Offer"})
    message["__substg1.0_10130102"] = b'<meta charset="iso-8859-1"><p>Gr\xfc\xdfe<table><tr><td>Pipe<td>5</table>'
    assert parse("offer.msg", compound_file(message)).text.endswith("Grüße\n\nPipe\t5")


def test_a_body_of_rich_text_is_unpacked() -> None:
    """Some messages hold nothing but Outlook's packed RTF."""
    rtf = b"{\\rtf1\\ansi\\deff0 Delivery is delayed by two weeks\\par}"
    message = _message({"0037": "Delay"})
    message["__substg1.0_10090102"] = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    assert "Delivery is delayed by two weeks" in parse("delay.msg", compound_file(message)).text


def test_packed_rich_text_repeats_what_was_said() -> None:
    """References lead into what every such text begins with, and into the text itself."""
    literal = b"{\\rtf1 ab"
    reference = struct.pack(">H", (207 + 7) << 4 | 4)  # six letters from the `a` on, of which two are said yet
    packed = b"\x00" + literal[:8] + b"\x02" + literal[8:9] + reference + b"c"
    said = unpacked_rtf(struct.pack("<II4sI", 0, 0, b"LZFu", 0) + packed)
    assert said == literal + b"ababab" + b"c"


@given(st.binary(max_size=200))
def test_no_packed_text_raises(body: bytes) -> None:
    """Whatever the bytes are, there is an end."""
    assert isinstance(unpacked_rtf(struct.pack("<II4sI", 0, 0, b"LZFu", 0) + body), bytes)
    assert isinstance(unpacked_rtf(body), bytes)


@pytest.mark.parametrize("cut", [100, 600, 1500])
def test_a_message_cut_short_is_text_or_damage(cut: int) -> None:
    """Half a file is never another exception."""
    content = compound_file(_message(_OFFER))[:cut]
    with pytest.raises(Exception, match=r"cut\.msg is damaged"):
        parse("cut.msg", content)
