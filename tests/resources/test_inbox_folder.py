"""The inbox as a folder: what counts as a document, whose day it is, and that nothing outside is read."""

import errno
import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.inbox import Entry, Gone, Inbox, InboxError, NoFolder, Skipped, open_inbox
from resources.inbox.entry import day_of, hidden_behind, shown
from resources.inbox.errors import BadPlace, NotReadable, NotWritable, OutsideInbox, Unreachable, Vanished
from resources.inbox.resource import InboxResource

DAY = date(2026, 11, 19)
NAMES = st.binary(min_size=1, max_size=30).filter(lambda name: b"/" not in name and b"\0" not in name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(root: Path) -> Inbox:
    return open_inbox(str(root))


def put(root: Path, *places: str, content: bytes = b"content") -> None:
    for place in places:
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def places(entries: object) -> list[str]:
    return [entry.place for entry in entries]  # type: ignore[attr-defined]


def test_places_are_feed_and_path_at_any_depth(root: Path, inbox: Inbox) -> None:
    """Every file of the feed is listed once, in a stable order, whatever folders it lies in."""
    put(root, "quotes/2026-11-19/b.pdf", "quotes/2026-11-19/deep/er/a.pdf", "quotes/loose.eml", "deals/x.pdf")
    assert places(inbox.entries("quotes")) == [
        "quotes/2026-11-19/b.pdf",
        "quotes/2026-11-19/deep/er/a.pdf",
        "quotes/loose.eml",
    ]


def test_an_entry_says_what_the_listing_saw(root: Path, inbox: Inbox) -> None:
    """Size, an aware time of change and the day of its folder, without opening the file."""
    put(root, "quotes/2026-11-19/a.pdf", content=b"12345")
    os.utime(root / "quotes/2026-11-19/a.pdf", (1_790_000_000, 1_790_000_000))
    (entry,) = inbox.entries("quotes")
    assert (entry.date, entry.size) == (DAY, 5)
    assert entry.modified_at == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("folder", "day"),
    [
        ("2026-11-19", DAY),
        ("2028-02-29", date(2028, 2, 29)),
        ("2026-02-29", None),
        ("2026-11-19x", None),
        ("20261119", None),
        ("2026-W47-4", None),
        ("٢٠٢٦-١١-١٩", None),
        ("0000-01-01", None),
        ("19.11.2026", None),
    ],
)
def test_only_a_calendar_day_is_a_day(folder: str, day: date | None) -> None:
    """YYYY-MM-DD and nothing else decides a partition."""
    assert day_of(folder) == day


def test_only_the_first_folder_is_a_day(root: Path, inbox: Inbox) -> None:
    """A date further down, or as a file's name, is only a name."""
    put(root, "quotes/acme/2026-11-19/a.pdf", "quotes/2026-11-18")
    assert [entry.date for entry in inbox.entries("quotes")] == [None, None]


def test_a_day_lists_its_folder_and_what_has_no_day(root: Path, inbox: Inbox) -> None:
    """Other days' folders are not part of it, not even looked into."""
    put(root, "quotes/2026-11-19/a.pdf", "quotes/acme/b.pdf", "quotes/c.pdf", "quotes/2026-11-18/d.pdf")
    (root / "quotes/2026-11-17").symlink_to("nowhere")
    assert places(inbox.entries("quotes", DAY)) == ["quotes/2026-11-19/a.pdf", "quotes/acme/b.pdf", "quotes/c.pdf"]


@pytest.mark.parametrize(
    "name", [".hidden", "~$offer.docx", "a.pdf.part", "a.tmp", "A.TMP", "b.crdownload", ".git/config"]
)
def test_hidden_and_unfinished_files_are_no_documents_yet(root: Path, inbox: Inbox, name: str) -> None:
    """What an editor or an upload leaves behind is taken up under its final name."""
    put(root, f"quotes/{name}", f"quotes/2026-11-19/{name}", "quotes/offer.pdf")
    assert places(inbox.entries("quotes")) == ["quotes/offer.pdf"]


def test_a_mark_changes_when_the_content_may_have(root: Path, inbox: Inbox) -> None:
    """Other bytes, another time or another file under the name: another mark; untouched, the same one."""
    path = root / "quotes/a.pdf"

    def mark() -> str:
        (entry,) = inbox.entries("quotes")
        return entry.mark

    put(root, "quotes/a.pdf")
    first = mark()
    assert mark() == first
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    second = mark()
    status = path.stat()
    aside = path.with_name(".aside")
    aside.write_bytes(b"CONTENT")
    os.utime(aside, ns=(0, status.st_mtime_ns))
    aside.replace(path)
    assert len({first, second, mark()}) == 3


def test_a_missing_folder_is_not_an_empty_one(root: Path, inbox: Inbox) -> None:
    """Nothing may be concluded about documents from a folder that is not there."""
    assert not inbox.exists("quotes")
    with pytest.raises(NoFolder, match=r"'quotes'.*does not mean that its documents were withdrawn"):
        list(inbox.entries("quotes"))
    (root / "quotes").mkdir()
    assert inbox.exists("quotes")
    assert list(inbox.entries("quotes")) == []


def test_a_missing_inbox_or_a_file_in_its_place_is_a_missing_folder(tmp_path: Path, root: Path) -> None:
    """A mount that is not there lists no withdrawals."""
    nowhere = open_inbox(str(tmp_path / "nowhere"))
    assert not nowhere.exists("quotes")
    with pytest.raises(NoFolder):
        list(nowhere.entries("quotes"))
    put(root, "quotes")
    assert not open_inbox(str(root)).exists("quotes")
    with pytest.raises(NoFolder):
        list(open_inbox(str(root)).entries("quotes"))


def test_a_folder_taken_away_during_the_listing_spoils_it(root: Path, inbox: Inbox) -> None:
    """Half a listing would read as withdrawals: it ends in an error."""
    put(root, "quotes/a/1.pdf", "quotes/b/2.pdf")
    entries = inbox.entries("quotes")
    next(entries)
    shutil.rmtree(root / "quotes")
    with pytest.raises(Vanished, match="What was listed is not used"):
        list(entries)


def test_another_folder_in_its_place_spoils_the_listing_too(root: Path, inbox: Inbox) -> None:
    """A remount half way is noticed by the folder's identity."""
    put(root, "quotes/a/1.pdf", "quotes/b/2.pdf")
    entries = inbox.entries("quotes")
    next(entries)
    (root / "quotes").rename(root / "moved")
    put(root, "quotes/c/3.pdf")
    with pytest.raises(Vanished):
        list(entries)


def test_a_file_taken_away_is_gone_not_an_error_of_the_inbox(root: Path, inbox: Inbox) -> None:
    """Between listing and reading anything may happen."""
    put(root, "quotes/a.pdf")
    (entry,) = inbox.entries("quotes")
    assert inbox.read(entry.place) == b"content"
    (root / "quotes/a.pdf").unlink()
    with pytest.raises(Gone, match=r"quotes/a\.pdf"):
        inbox.read(entry.place)
    put(root, "quotes/a.pdf/now a folder")
    with pytest.raises(Gone):
        inbox.read(entry.place)
    with pytest.raises(Gone):
        inbox.read("quotes/a.pdf/now a folder/and below")


@pytest.mark.parametrize(
    "place",
    ["quotes/../secret", "/etc/passwd", "../secret", "quotes//a", "quotes/./a", "quotes", "", "quotes/", "q/a\0b"],
)
def test_path_tricks_are_no_places(root: Path, inbox: Inbox, place: str) -> None:
    """A place names a file below its feed; everything else is refused before any file is touched."""
    put(root, "../secret", "quotes/a")
    with pytest.raises(BadPlace):
        inbox.read(place)


@pytest.mark.parametrize("place", ["%bytes:..", "%bytes:%2Fetc", "%bytes:a%00", "%bytes:"])
def test_spelt_out_names_hide_no_tricks(root: Path, inbox: Inbox, place: str) -> None:
    """What stands for a file's name is looked at as the name."""
    put(root, "secret")
    with pytest.raises(BadPlace):
        inbox.read(f"quotes/{place}/secret")


@pytest.mark.parametrize("feed", ["..", ".", "", "a/b", ".hidden", "a\0b"])
def test_path_tricks_are_no_feeds(inbox: Inbox, feed: str) -> None:
    """A feed is one visible folder of the inbox."""
    with pytest.raises(BadPlace):
        inbox.exists(feed)
    with pytest.raises(BadPlace):
        list(inbox.entries(feed))


def test_links_out_of_the_inbox_are_skipped_with_a_reason(root: Path, inbox: Inbox) -> None:
    """A link cannot make the pipeline read what was never put into the inbox; links inside work."""
    put(root, "../secret.pdf", "../folder/more.pdf", "quotes/real.pdf", "elsewhere/inside.pdf")
    links = {
        "out.pdf": "../../secret.pdf",
        "absolute.pdf": str(root.parent / "secret.pdf"),
        "dangling.pdf": "nothing",
        "loop.pdf": "loop.pdf",
        "folder": "../../folder",
        "inner folder": "../elsewhere",
        "inside.pdf": "../elsewhere/inside.pdf",
    }
    for name, target in links.items():
        (root / "quotes" / name).symlink_to(target)
    skipped: list[Skipped] = []
    assert places(inbox.entries("quotes", skip=skipped.append)) == ["quotes/inside.pdf", "quotes/real.pdf"]
    assert {item.place: item.reason for item in skipped} == {
        "quotes/absolute.pdf": "a link that leads out of the inbox",
        "quotes/dangling.pdf": "a link to nothing",
        "quotes/folder": "a link that leads out of the inbox",
        "quotes/inner folder": "a link to a folder: put the folder itself there",
        "quotes/loop.pdf": "a link to nothing",
        "quotes/out.pdf": "a link that leads out of the inbox",
    }
    assert inbox.read("quotes/inside.pdf") == b"content"
    for place in ("quotes/out.pdf", "quotes/folder/more.pdf"):
        with pytest.raises(OutsideInbox, match="leads out of the inbox"):
            inbox.read(place)


def test_a_feeds_folder_that_leads_out_is_refused(root: Path, inbox: Inbox) -> None:
    """Not skipped in silence: the whole feed would seem to be empty."""
    put(root, "../elsewhere/a.pdf")
    (root / "quotes").symlink_to(root.parent / "elsewhere")
    with pytest.raises(OutsideInbox, match="INBOX_URI"):
        list(inbox.entries("quotes"))


def test_the_inbox_itself_may_be_a_link(root: Path) -> None:
    """INBOX_URI may lead anywhere: what it leads to is the inbox."""
    put(root, "quotes/a.pdf")
    (root.parent / "link").symlink_to(root)
    inbox = open_inbox(str(root.parent / "link"))
    assert [inbox.read(entry.place) for entry in inbox.entries("quotes")] == [b"content"]


def test_a_neighbour_whose_name_begins_the_same_is_outside(root: Path, inbox: Inbox) -> None:
    """inbox-old is not inside inbox."""
    put(root, "../inbox-old/a.pdf")
    (root / "quotes").mkdir()
    (root / "quotes/a.pdf").symlink_to(root.parent / "inbox-old/a.pdf")
    assert list(inbox.entries("quotes")) == []


def test_what_never_ends_is_no_document(root: Path, inbox: Inbox) -> None:
    """A pipe is skipped, and reading one does not wait for a writer."""
    (root / "quotes").mkdir()
    os.mkfifo(root / "quotes/pipe.pdf")
    skipped: list[Skipped] = []
    assert list(inbox.entries("quotes", skip=skipped.append)) == []
    assert [item.reason for item in skipped] == ["neither a file nor a folder"]
    with pytest.raises(Gone):
        inbox.read("quotes/pipe.pdf")


@pytest.mark.parametrize(
    "name", ["Angebot Größe №5 (1).pdf", "Gro\u0308\u00dfe.pdf", "a\nb.pdf", "100%.pdf", "%41.pdf"]
)
def test_names_are_kept_as_they_are(root: Path, inbox: Inbox, name: str) -> None:
    """No normalising, no escaping: the place is the name, and leads back to the file."""
    put(root, f"quotes/{name}")
    (entry,) = inbox.entries("quotes")
    assert entry.place == f"quotes/{name}"
    assert inbox.read(entry.place) == b"content"


@given(first=NAMES, second=NAMES)
def test_any_name_a_file_system_knows_is_text_and_leads_back(first: bytes, second: bytes) -> None:
    """Also bytes that are no text: spelt out, storable, and never the same for two names."""
    names = os.fsdecode(first), os.fsdecode(second)
    assert shown(names[0]).encode()
    assert "/" not in shown(names[0])
    assert hidden_behind(shown(names[0])) == names[0]
    assert (shown(names[0]) == shown(names[1])) == (first == second)


def test_a_name_that_is_no_text_is_read_through_its_place(root: Path, inbox: Inbox) -> None:
    """A Latin-1 name from an old archive neither crashes the listing nor gets lost."""
    put(root, "quotes/ok.pdf")
    path = os.path.join(os.fsencode(root), b"quotes", b"Gr\xf6\xdfe.pdf")
    try:
        Path(os.fsdecode(path)).write_bytes(b"latin")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (latin, _) = inbox.entries("quotes")
    assert latin.place == "quotes/%bytes:Gr%F6%DFe.pdf"
    assert inbox.read(latin.place) == b"latin"


def test_a_folder_that_cannot_be_read_is_an_error_not_an_absence(
    root: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that cannot be seen were not withdrawn."""
    put(root, "quotes/a/1.pdf")
    real = os.scandir

    def closed(folder: str) -> object:
        if folder.endswith("/a"):
            raise PermissionError(13, "Permission denied", folder)
        return real(folder)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(Unreachable, match=r"quotes/a.*Permission denied"):
        list(inbox.entries("quotes"))


def test_a_subfolder_taken_away_meanwhile_is_empty(root: Path, inbox: Inbox) -> None:
    """People move folders while a listing runs: what is gone is gone, the rest is listed."""
    put(root, "quotes/a/1.pdf", "quotes/b/2.pdf", "quotes/c/3.pdf")
    entries = inbox.entries("quotes")
    first = next(entries)
    shutil.rmtree(root / "quotes/b")
    assert [first.place, *places(entries)] == ["quotes/a/1.pdf", "quotes/c/3.pdf"]


def test_a_file_taken_away_meanwhile_is_not_listed(root: Path, inbox: Inbox) -> None:
    """Between a folder's listing and the look at its file the file may go."""
    put(root, "quotes/1.pdf", "quotes/2.pdf", "quotes/3.pdf")
    entries = inbox.entries("quotes")
    first = next(entries)
    (root / "quotes/2.pdf").unlink()
    assert [first.place, *places(entries)] == ["quotes/1.pdf", "quotes/3.pdf"]


@pytest.mark.parametrize(
    ("number", "error"),
    [(errno.EACCES, NotReadable), (errno.EIO, Unreachable), (errno.ESTALE, Unreachable), (errno.ENOENT, Gone)],
)
def test_why_a_file_cannot_be_read_is_told_apart(
    root: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, number: int, error: type[InboxError]
) -> None:
    """One closed file is that file's trouble, a broken mount the inbox's."""
    put(root, "quotes/a.pdf")

    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(error, match=r"quotes/a\.pdf"):
        inbox.read("quotes/a.pdf")


@given(st.dates())
def test_every_calendar_day_is_its_own_folder(day: date) -> None:
    """A partition's key leads to its folder and back."""
    assert day_of(day.isoformat()) == day


def test_every_error_is_one_kind(root: Path, inbox: Inbox) -> None:
    """Whoever calls needs to catch one thing."""
    for error in (BadPlace, Gone, NoFolder, NotReadable, OutsideInbox, Unreachable, Vanished):
        assert issubclass(error, InboxError)


def test_a_file_uri_is_its_path(root: Path) -> None:
    """file:/// with escapes and the path are the same inbox."""
    put(root, "with space/quotes/a.pdf")
    inbox = open_inbox((root / "with space").as_uri())
    assert places(inbox.entries("quotes")) == ["quotes/a.pdf"]


def test_an_unknown_kind_of_place_is_a_sentence() -> None:
    """A typing error in INBOX_URI is not a traceback of the file system library."""
    with pytest.raises(Unreachable, match="INBOX_URI"):
        open_inbox("gopher://somewhere/inbox")


def test_the_resource_hands_out_the_engine(root: Path) -> None:
    """Dagster sees a URI; assets get the inbox."""
    put(root, "quotes/a.pdf")
    with InboxResource(uri=str(root)).yield_for_execution(dg.build_init_resource_context()) as inbox:
        assert places(inbox.entries("quotes")) == ["quotes/a.pdf"]


def test_entries_are_values() -> None:
    """An entry can be kept, compared and put into a set."""
    entry = Entry("q/a", None, 1, datetime(2026, 11, 19, tzinfo=UTC), "m")
    assert entry == Entry("q/a", None, 1, datetime(2026, 11, 19, tzinfo=UTC), "m")
    assert len({entry, entry}) == 1


def test_a_routed_file_is_put_whole_and_once(root: Path, inbox: Inbox) -> None:
    """The same bytes again leave the file as it is: nobody has to read it anew."""
    place = "quotes/2026-11-19/intake/a.pdf"
    inbox.put(place, b"one")
    [first] = inbox.entries("quotes")
    inbox.put(place, b"one")
    assert [entry.mark for entry in inbox.entries("quotes")] == [first.mark]
    inbox.put(place, b"two")
    assert inbox.read(place) == b"two"
    assert [path.name for path in (root / "quotes").rglob("*") if path.is_file()] == ["a.pdf"]


def test_a_routed_file_can_be_taken_back(root: Path, inbox: Inbox) -> None:
    """However often; only inside the inbox."""
    inbox.put("quotes/a.pdf", b"one")
    inbox.remove("quotes/a.pdf")
    inbox.remove("quotes/a.pdf")
    assert places(inbox.entries("quotes")) == []
    (root / "out").symlink_to(root.parent)
    with pytest.raises(OutsideInbox):
        inbox.put("out/a.pdf", b"one")


def test_a_place_that_cannot_be_written_says_so(root: Path, inbox: Inbox) -> None:
    """With what to do about it."""
    put(root, "quotes")
    with pytest.raises(NotWritable, match="intake: true"):
        inbox.put("quotes/a.pdf", b"one")
