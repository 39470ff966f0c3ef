"""The older Office formats, OpenDocument texts and RTF are read by kreuzberg, which keeps their text and no layout."""

from functools import lru_cache
from typing import Any

from extraction.parsing.limits import Part, Parts, RawFile, Reader
from extraction.parsing.package import checked_package
from extraction.parsing.unreadable import Corrupt, Encrypted

_MANIFEST = "META-INF/manifest.xml"
_SECRET = b"encryption-data"


def office_reader(mime: str) -> Reader:
    """The reader of one of these formats."""

    def read(file: RawFile) -> Parts:
        yield from _parts(file, mime)

    return read


def office_text(file: RawFile, mime: str) -> str:
    return "\n\n".join(part.text for part in _parts(file, mime))


def _parts(file: RawFile, mime: str) -> list[Part]:
    if file.content.startswith(b"PK"):
        _check_package(file)
    result = _extracted(file, mime)
    pages = [page for page in result.pages or () if page["content"].strip()]
    if len(pages) < 2:
        return [Part(result.content.strip(), "body")]
    return [Part(page["content"].strip(), f"page {page['page_number']}", page["page_number"]) for page in pages]


def _check_package(file: RawFile) -> None:
    with checked_package(file, may_declare_types=True) as package:
        if _MANIFEST in package.namelist() and _SECRET in package.read(_MANIFEST):
            raise Encrypted(file.name)


def _extracted(file: RawFile, mime: str) -> Any:
    import kreuzberg

    try:
        return kreuzberg.extract_bytes_sync(file.content, mime, _config())
    except kreuzberg.KreuzbergError as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise Encrypted(file.name) from error
        raise Corrupt(file.name, "its structure is not that of its kind") from error


@lru_cache(maxsize=1)
def _config() -> Any:
    import kreuzberg

    return kreuzberg.ExtractionConfig(
        use_cache=False,  # it would write what it read into the working directory
        disable_ocr=True,  # type: ignore[call-arg]  # its stubs do not know it
        pages=kreuzberg.PageConfig(extract_pages=True),
    )
