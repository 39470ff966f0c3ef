"""Outlook packs its rich text by references into what was already said; unpacked, it is plain RTF."""

_HEADER_BYTES = 16
_PACKED, _PLAIN = b"LZFu", b"MELA"
_WINDOW = 4096
_MOST_BYTES = 50_000_000
# What every such text is taken to have said before it begins.
_SAID = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20"
    b"\\b\\i\\u\\tab\\tx"
)


def unpacked_rtf(packed: bytes) -> bytes:
    """The RTF; nothing where the bytes are none, and what there was of it where they break off."""
    kind = packed[8:12]
    body = packed[_HEADER_BYTES:]
    if kind == _PLAIN:
        return body[: int.from_bytes(packed[4:8], "little")]
    return _unpacked(body) if kind == _PACKED else b""


def _unpacked(body: bytes) -> bytes:
    window = bytearray(_SAID.ljust(_WINDOW, b" "))
    write, place = len(_SAID), 0
    said = bytearray()
    while place < len(body) and len(said) < _MOST_BYTES:
        flags, place = body[place], place + 1
        for bit in range(8):
            if not flags >> bit & 1:
                piece, place = body[place : place + 1], place + 1
            else:
                reference, place = int.from_bytes(body[place : place + 2], "big"), place + 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(said)
                piece = _repeated(window, offset, length, write)
            for byte in piece:
                window[write] = byte
                write = (write + 1) % _WINDOW
            said += piece
    return bytes(said)


def _repeated(window: bytearray, offset: int, length: int, write: int) -> bytes:
    """What stands in the window from `offset`, which may run into what it says itself."""
    copy = bytearray()
    for step in range(length):
        place = (offset + step) % _WINDOW
        behind = (place - write) % _WINDOW
        copy.append(copy[behind] if behind < len(copy) else window[place])
    return bytes(copy)
