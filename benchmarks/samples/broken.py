"""A file that nobody can read is made from one that could be: cut short, locked, emptied, or only named like one."""

import io
from collections.abc import Callable

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

_KEPT_SHARE = 4  # a quarter: enough to look like a PDF, too little to hold a page


def truncated(content: bytes) -> bytes:
    """The upload that broke off."""
    return content[: len(content) // _KEPT_SHARE]


def zero_bytes(content: bytes) -> bytes:
    """The upload that never began."""
    return content[:0]


def locked_pdf(_content: bytes) -> bytes:
    """A PDF that wants a password."""
    buffer = io.BytesIO()
    lock = StandardEncryption("not-for-you", ownerPassword="nor-for-you", strength=128)
    canvas = Canvas(buffer, invariant=1, pageCompression=0, encrypt=lock)
    canvas.drawString(72, 720, "Confidential quotation")
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def no_package(_content: bytes) -> bytes:
    """A text that somebody named like a workbook."""
    return b"Artikel;Menge;Preis\r\nTK-4402;12;8,40\r\n" * 3


PDF_BREAKS: dict[str, Callable[[bytes], bytes]] = {
    "truncated": truncated,
    "locked": locked_pdf,
    "zero_bytes": zero_bytes,
}
XLSX_BREAKS: dict[str, Callable[[bytes], bytes]] = {"no_package": no_package, "zero_bytes": zero_bytes}
DOCX_BREAKS: dict[str, Callable[[bytes], bytes]] = {"truncated": truncated, "zero_bytes": zero_bytes}
