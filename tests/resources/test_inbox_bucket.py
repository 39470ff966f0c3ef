"""The inbox in an object store keeps the folder's rules; a folder behind the store's interface stands in for it."""

from datetime import UTC, date
from pathlib import Path

import pytest
from pyarrow import fs

from resources.inbox import Gone, NoFolder, Skipped
from resources.inbox.bucket import BucketInbox
from resources.inbox.entry import is_document
from resources.inbox.errors import BadPlace, Unreachable
from resources.inbox.folder import FolderInbox

FILES = (
    "quotes/2026-11-19/b.pdf",
    "quotes/2026-11-19/deep/a.pdf",
    "quotes/2026-11-19/.hidden/c.pdf",
    "quotes/2026-11-18/d.pdf",
    "quotes/.git/config",
    "quotes/acme/2026-11-19/e.pdf",
    "quotes/upload.pdf.part",
    "quotes/~$lock.docx",
    "quotes/loose Größe.eml",
    "quotes/%bytes:odd.txt",
    "deals/f.pdf",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in FILES:
        path = tmp_path / "bucket" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(place.encode())
    return tmp_path / "bucket"


@pytest.fixture
def inbox(root: Path) -> BucketInbox:
    return BucketInbox("s3://bucket", fs.LocalFileSystem(), str(root))


@pytest.mark.parametrize("day", [None, date(2026, 11, 19), date(2026, 11, 20)])
def test_both_kinds_of_inbox_list_the_same(root: Path, inbox: BucketInbox, day: date | None) -> None:
    """Moving the inbox into a bucket changes no place and no day."""
    folder = FolderInbox(str(root))
    seen = {(entry.place, entry.date, entry.size) for entry in inbox.entries("quotes", day)}
    assert seen == {(entry.place, entry.date, entry.size) for entry in folder.entries("quotes", day)}
    assert len(seen) == {None: 6, date(2026, 11, 19): 5}.get(day, 3)


def test_every_listed_place_can_be_read(root: Path, inbox: BucketInbox) -> None:
    """A place leads back to the bytes; times are aware."""
    for entry in inbox.entries("quotes"):
        folder = FolderInbox(str(root))
        assert inbox.read(entry.place) == folder.read(entry.place)
        assert entry.modified_at.tzinfo is UTC
        assert entry.mark.startswith(f"{entry.size}:")


def test_a_prefix_without_objects_is_a_missing_folder(inbox: BucketInbox) -> None:
    """Nothing may be concluded about documents from a prefix that is not there."""
    assert inbox.exists("deals")
    assert not inbox.exists("nobody")
    with pytest.raises(NoFolder):
        list(inbox.entries("nobody"))


def test_an_object_taken_away_is_gone(root: Path, inbox: BucketInbox) -> None:
    """Between listing and reading anything may happen."""
    (root / "deals/f.pdf").unlink()
    with pytest.raises(Gone):
        inbox.read("deals/f.pdf")
    with pytest.raises(Gone):
        inbox.read("quotes/2026-11-19")


def test_path_tricks_are_no_places(inbox: BucketInbox) -> None:
    """A key with '..' in it is nobody's document."""
    for place in ("quotes/../deals/f.pdf", "/deals/f.pdf", "deals"):
        with pytest.raises(BadPlace):
            inbox.read(place)


def test_keys_no_folder_could_hold_are_skipped_with_a_reason(inbox: BucketInbox) -> None:
    """An object store takes any key; one that is no path is told, not listed."""
    info = fs.FileInfo(f"{inbox._root}/quotes/a/../b.pdf", fs.FileType.File, size=1)
    skipped: list[Skipped] = []
    assert list(inbox._entry(info, None, skipped.append)) == []
    assert [item.place for item in skipped] == ["quotes/a/../b.pdf"]


def test_an_unreachable_store_is_a_sentence() -> None:
    """A store that does not answer is an error, never an empty inbox."""

    def fail(*_: object) -> None:
        raise OSError("AWS Error ACCESS_DENIED")

    broken = type("Broken", (fs.FileSystemHandler,), dict.fromkeys(fs.FileSystemHandler.__abstractmethods__, fail))
    inbox = BucketInbox("s3://bucket", fs.PyFileSystem(broken()), "bucket")
    with pytest.raises(Unreachable, match="ACCESS_DENIED"):
        inbox.exists("quotes")
    with pytest.raises(Unreachable, match="ACCESS_DENIED"):
        inbox.read("quotes/a.pdf")


def test_names_decide_by_their_end_and_beginning_only() -> None:
    """A document may have 'tmp' or 'part' in its name."""
    assert is_document("temporary part list.pdf")
    assert is_document("a.part.pdf")
    assert not is_document("a.pdf.PART")


def test_an_object_is_put_and_taken_back(inbox: BucketInbox) -> None:
    """As in a folder: twice is once."""
    for _ in range(2):
        inbox.put("quotes/2026-11-19/intake/a.pdf", b"one")
    assert inbox.read("quotes/2026-11-19/intake/a.pdf") == b"one"
    for _ in range(2):
        inbox.remove("quotes/2026-11-19/intake/a.pdf")
    with pytest.raises(Gone):
        inbox.read("quotes/2026-11-19/intake/a.pdf")
