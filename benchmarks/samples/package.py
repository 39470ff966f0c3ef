"""An Office file is a zip of parts without a clock: stored in the given order, every time stamp the same."""

import io
from collections.abc import Mapping
from html import escape
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_NO_TIME = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument"


def packed(parts: Mapping[str, str]) -> bytes:
    """The package; uncompressed, because another zlib would write other bytes."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name, xml in parts.items():
            archive.writestr(ZipInfo(name, _NO_TIME), _HEAD + xml)
    return buffer.getvalue()


def content_types(overrides: Mapping[str, str]) -> str:
    """What every part of the package is."""
    rows = "".join(
        f'<Override PartName="/{part}" ContentType="{_TYPES}.{kind}+xml"/>' for part, kind in overrides.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def relations(targets: Mapping[str, str]) -> str:
    """Which parts a part points to: kind by target."""
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def xml_text(text: str) -> str:
    return escape(text, quote=True)
