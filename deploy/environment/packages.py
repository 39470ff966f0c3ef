"""Which packages of the lock are still to be installed, and in which portions pip gets them."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]*))?")

# Markers are pip's language; the environment's own pip reads them, so that both understand the same.
_JUDGE = """
import json, sys
from pip._vendor.packaging.markers import Marker
json.dump([not m or Marker(m).evaluate() for m in json.load(sys.stdin)], sys.stdout)
"""


@dataclass(frozen=True, slots=True)
class Package:
    name: str
    version: str
    marker: str
    text: str  # its lines in the lock, hashes and all

    @property
    def key(self) -> tuple[str, str]:
        return canonical(self.name), self.version


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text: str) -> tuple[Package, ...]:
    """A package begins on a line that is neither indented nor a comment, and owns the lines up to the next."""
    starts = [match.start() for match in re.finditer(r"^[^\s#]", text, re.MULTILINE)]
    blocks = (text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True))
    return tuple(_package(block) for block in blocks)


def _package(block: str) -> Package:
    match = _NAME.match(block)
    if not match:
        raise ValueError(f"not a pinned package: {block.splitlines()[0]}")
    name, version, marker = match.groups()
    return Package(name, version, (marker or "").strip(), block)


def meant_for(python: Path, packages: Sequence[Package]) -> tuple[Package, ...]:
    """The packages whose markers hold on this machine."""
    answer = subprocess.run(
        [str(python), "-I", "-c", _JUDGE],
        input=json.dumps([package.marker for package in packages]),
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        return tuple(packages)  # a pip built differently: it will leave out by itself what is not meant for it
    return tuple(package for package, holds in zip(packages, json.loads(answer.stdout), strict=True) if holds)


def portions(packages: Sequence[Package], size: int) -> tuple[tuple[Package, ...], ...]:
    """Spread over the alphabet, since names of one family are of one size; small, since one cut short is done again."""
    count = -(-len(packages) // size)
    return tuple(tuple(packages[number::count]) for number in range(count))


def installed(site: Path) -> set[tuple[str, str]]:
    """What stands in site-packages, as far as the folders' names tell."""
    names = (path.name.removesuffix(".dist-info") for path in site.glob("*.dist-info"))
    return {(canonical(name), version) for name, _, version in (name.rpartition("-") for name in names)}


def sweep(site: Path) -> None:
    """Takes away what an interrupted pip left half done: pip would believe that it is there."""
    for folder in _half_done(site):
        shutil.rmtree(folder, ignore_errors=True)


def _half_done(site: Path) -> Iterable[Path]:
    yield from site.glob("~*")
    yield from (folder for folder in site.glob("*.dist-info") if not _complete(folder))


def _complete(folder: Path) -> bool:
    """pip writes the list of files last, and only its own names the installer."""
    try:
        return f"{folder.name}/INSTALLER," in (folder / "RECORD").read_text("utf-8")
    except OSError:
        return False
