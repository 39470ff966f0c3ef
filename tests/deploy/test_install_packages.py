"""Which packages of the lock are installed, and in which portions."""

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.environment.packages import Package, canonical, installed, meant_for, portions, read_lock, sweep

LOCK = """\
attrs==26.1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via dagster
# a remark
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
psycopg[binary,pool]==3.3.9 \\
    --hash=sha256:dd
"""


def package(number: int, marker: str = "") -> Package:
    return Package(f"p{number}", "1", marker, f"p{number}==1\n")


def dist_info(site: Path, name: str, record: str | None) -> Path:
    folder = site / f"{name}.dist-info"
    folder.mkdir()
    if record is not None:
        (folder / "RECORD").write_text(record)
    return folder


def test_a_lock_is_read_package_by_package() -> None:
    """Name, version and marker are known; hashes stay with their package."""
    attrs, colorama, psycopg = read_lock(LOCK)
    assert attrs.key == ("attrs", "26.1.0")
    assert "sha256:bb" in attrs.text
    assert colorama.marker == "sys_platform == 'win32'"
    assert psycopg.key == ("psycopg", "3.3.9")


def test_a_lock_with_anything_else_in_it_is_refused() -> None:
    """What is not pinned is no part of a lock."""
    with pytest.raises(ValueError, match="not a pinned package: attrs>=26"):
        read_lock("attrs>=26\n")


def test_the_shipped_lock_can_be_read() -> None:
    """Every package of ours is pinned, hashed, and named once a platform; no line says where to get it."""
    text = (Path(__file__).parents[2] / "requirements.lock").read_text()
    packages = read_lock(text)
    assert len(packages) > 100
    assert all("--hash=sha256:" in package.text for package in packages)
    assert len({(package.key, package.marker) for package in packages}) == len(packages)
    assert "://" not in text


@given(st.lists(st.integers(), unique=True, max_size=60), st.integers(1, 20))
def test_portions_hold_each_package_once(numbers: list[int], size: int) -> None:
    """Nothing is lost or doubled, and no portion is larger than asked for."""
    packages = [package(number) for number in numbers]
    parts = portions(packages, size)
    assert sorted(p.name for part in parts for p in part) == sorted(p.name for p in packages)
    assert all(0 < len(part) <= size for part in parts)


@pytest.mark.parametrize("name", ["Foo.Bar", "foo_bar", "FOO--bar", "foo-bar"])
def test_a_name_has_one_spelling(name: str) -> None:
    """The index, the lock and the folders spell names differently."""
    assert canonical(name) == "foo-bar"


def test_markers_are_read_as_pip_reads_them() -> None:
    """Only what is meant for this platform is asked for."""
    here, elsewhere, plain = package(1, "python_version >= '3.11'"), package(2, "sys_platform == 'win32'"), package(3)
    assert meant_for(Path(sys.executable), [here, elsewhere, plain]) == (here, plain)


def test_markers_that_cannot_be_judged_are_left_to_pip() -> None:
    """A pip without its library still leaves out by itself what is not meant for it."""
    broken = package(1, "this is no marker")
    assert meant_for(Path(sys.executable), [broken]) == (broken,)


def test_what_is_installed_is_read_off_the_folders(tmp_path: Path) -> None:
    """Names in one spelling, with their versions."""
    dist_info(tmp_path, "Foo_Bar-1.0", None)
    dist_info(tmp_path, "baz-2.0.post1", None)
    (tmp_path / "baz").mkdir()
    assert installed(tmp_path) == {("foo-bar", "1.0"), ("baz", "2.0.post1")}


def test_what_an_interrupted_pip_left_is_swept_away(tmp_path: Path) -> None:
    """pip would take a package for installed whose folder of notes is there, complete or not."""
    whole = dist_info(tmp_path, "whole-1.0", "whole.py,,\nwhole-1.0.dist-info/INSTALLER,sha256=x,4\n")
    dist_info(tmp_path, "half-1.0", "half.py,,\nhalf-1.0.dist-info/RECORD,,\n")
    dist_info(tmp_path, "begun-1.0", None)
    (tmp_path / "~hole").mkdir()
    (tmp_path / "half.py").touch()
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["half.py", whole.name]
