"""What is asked of the machine before anything is fetched."""

import os
from pathlib import Path

import pytest

from deploy.environment.faults import NoRoom, NotWritable, NoWheelsHere
from deploy.environment.ground import check_platform, check_room, libc, make_folder


def test_alpine_is_told_which_image_to_take() -> None:
    """A C library that is not glibc has none of the packages, and the sentence says where they are."""
    with pytest.raises(NoWheelsHere, match=r"musl.*glibc 2\.28.*python:3\.12-slim"):
        check_platform("linux", libc_name="")


@pytest.mark.parametrize("name", ["glibc 2.17", "glibc 2.27", "glibc 1.99.1"])
def test_an_old_linux_is_named(name: str) -> None:
    """A glibc older than the packages were built against is named with its version."""
    with pytest.raises(NoWheelsHere, match=name.replace(".", r"\.")):
        check_platform("linux", libc_name=name)


@pytest.mark.parametrize("name", ["glibc 2.28", "glibc 2.36", "glibc 2.41.1", "glibc 3.0"])
def test_a_linux_with_glibc_will_do(name: str) -> None:
    """From 2.28 on nothing is said."""
    check_platform("linux", libc_name=name)


def test_windows_is_sent_to_wsl() -> None:
    """Windows is no platform of ours, but carries one."""
    with pytest.raises(NoWheelsHere, match="WSL"):
        check_platform("win32")


def test_other_systems_are_left_to_pip() -> None:
    """Only what is known to fail is refused."""
    check_platform("darwin")


def test_the_c_library_of_this_machine_is_asked_without_an_error() -> None:
    """A name with a version, or nothing."""
    assert libc() == "" or libc().split()[1][0].isdigit()


def test_too_small_a_disk_is_told_in_numbers(tmp_path: Path) -> None:
    """What is needed and what is free are both in the sentence."""
    with pytest.raises(NoRoom, match=r"1000000\.0 GB needed, [\d.]+ GB free"):
        check_room(tmp_path, 1e6)


def test_a_disk_with_room_is_no_matter(tmp_path: Path) -> None:
    """Nothing is said about what is in order."""
    check_room(tmp_path, 0)


def test_a_folder_is_made_with_its_parents_and_left_clean(tmp_path: Path) -> None:
    """The trial whether it can be written leaves nothing behind."""
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    """Path and cause are in the sentence."""
    (tmp_path / "file").touch()
    with pytest.raises(NotWritable, match=r"file.*\(Not a directory\)"):
        make_folder(tmp_path / "file" / "inside")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """Permissions are found out before pip meets them."""
    tmp_path.chmod(0o500)
    with pytest.raises(NotWritable, match="Permission denied"):
        make_folder(tmp_path / "inside")
