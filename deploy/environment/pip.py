"""How pip is called, and what its output means when it fails."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .faults import (
    CertificateRefused,
    DiskFull,
    IndexRefused,
    IndexUnreachable,
    NoWheel,
    PipFailed,
    Unexplained,
    WrongFile,
)

# They would send the packages elsewhere; everything else of a person's pip settings is honoured.
_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIREMENT", "PIP_EDITABLE", "PIP_DRY_RUN")

_UNREACHABLE = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|Read timed out|ProxyError|RemoteDisconnected"
    r"|Connection (?:refused|reset|broken|aborted)|Network is unreachable|ProtocolError|IncompleteRead"
    r"|Max retries exceeded|Temporary failure in name resolution|Name or service not known|50[0-9] Server Error"
)
_CERTIFICATE = re.compile(r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|SSLError|TLS CA certificate")
_REFUSED = re.compile(r"(40[137] (?:Client )?Error[^\n]{0,60}|User for [^\n]{0,60}|Proxy Authentication Required)")
_FULL = re.compile(r"No space left on device|Disk quota exceeded|\[Errno (?:28|122)\]")
_MISSING = re.compile(r"No matching distribution found for (\S+)")
_HASH = re.compile(r"DO NOT MATCH THE HASHES.*?\n\s*(\S+)", re.DOTALL)
RETRYING = "Retrying (Retry("


@dataclass(frozen=True, slots=True)
class Place:
    """What a sentence about pip may have to name."""

    log: str
    folder: str
    python: str
    platform: str


def command(python: Path, requirements: Path) -> list[str]:
    """Wheels only, so that no build runs; each file's hash as in the lock; no resolving, as the lock is complete."""
    return [
        *(str(python), "-I", "-X", "utf8", "-m", "pip", "install", "--requirement", str(requirements)),
        *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-input"),
        *("--progress-bar", "off", "--no-warn-script-location"),
    ]


def settings(environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if name not in _ELSEWHERE}
    return kept | {"TMPDIR": os.fspath(scratch), "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def explain(output: str, place: Place) -> PipFailed:
    """The sentence for a failed pip. The order matters: an index out of reach also looks as if it had no package."""
    if _FULL.search(output):
        return DiskFull(place.folder, place.log)
    if match := _HASH.search(output):
        return WrongFile(match[1], place.log)
    if match := _CERTIFICATE.search(output):
        return CertificateRefused(match[0], place.log)
    if match := _REFUSED.search(output):
        return IndexRefused(match[0], place.log)
    if match := _UNREACHABLE.search(output):
        return IndexUnreachable(match[0], place.log)
    if match := _MISSING.search(output):
        return NoWheel(match[1], place.python, place.platform, place.log)
    return Unexplained(last_words(output), place.log)


def last_words(output: str) -> str:
    """The last line that says what is wrong, else the last line."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if re.match(r"ERROR:|\w*Error\b", line)]
    return (errors or lines or ["it said nothing"])[-1][:200]
