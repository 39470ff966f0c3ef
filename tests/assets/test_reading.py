"""A document is read in a process apart, and whatever becomes of that process is told as a fact about the document."""

import pickle
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from assets.places import Places
from assets.reading import Readers
from extraction.document import Document
from extraction.grounding import Evidence
from extraction.parsing import Crashed, Encrypted, TooHungry, TooLarge, TooSlow, Unreadable, parse
from extraction.parsing.shots import Page
from resources.lake import Lake, LakeDocument
from resources.workers import Limit
from tests.extraction.making_pictures import LETTER, picture_of, saved, scanned_pdf


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers(most=1) as some:
        yield some


def test_a_document_comes_back_as_it_would_from_here(readers: Readers) -> None:
    """The same text, the same places, whichever process read it."""
    content = scanned_pdf(["Quote 7", "Terms"])
    assert readers.read("a.pdf", content) == parse("a.pdf", content)


def test_a_scan_is_read_by_the_one_that_reads_pictures(readers: Readers) -> None:
    """Text and scan come back as one document."""
    document = readers.read("scan.pdf", scanned_pdf(["Printed", picture_of(LETTER)]))
    assert document.text.startswith("Printed")
    assert "4711" in document.text
    assert document.spans[1].confidence is not None


def test_a_typed_failure_comes_back_as_itself(readers: Readers) -> None:
    """Cause, sentence and remedy survive the way."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    locked = bytearray(target.getvalue())
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(Encrypted, match=r"locked\.docx is protected") as refused:
        readers.read("locked.docx", bytes(locked))
    assert refused.value.remedy


def test_a_document_that_takes_too_long_is_too_slow() -> None:
    """Its reader is ended, the sentence names the limit, and the next document is read."""
    with Readers(Limit(seconds=0.5, memory_mb=850), most=1) as readers:
        readers.read("warm.txt", b"words")
        with pytest.raises(TooSlow, match=r"slow\.html could not be read in 0\.5 s"):
            readers.read("slow.html", b"<html>" + b"<p>x" * 3_000_000)
        assert readers.read("next.txt", b"next").text == "next"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process allocates")
def test_a_document_that_takes_too_much_memory_is_too_large() -> None:
    """The machine keeps its memory."""
    with Readers(Limit(seconds=30, memory_mb=120), most=1) as readers:
        with pytest.raises(TooHungry, match=r"large\.txt takes more than 120 MB") as refused:
            readers.read("large.txt", b"a" * 9_000_000 + b"\x00" * 60_000_000)
        assert refused.value.cause == "too_large"
        assert isinstance(refused.value, TooLarge)
        assert readers.read("next.txt", b"next").text == "next"


@pytest.mark.parametrize("failure", [TooHungry("a.pdf", 850), Crashed("a.pdf", "SIGSEGV")])
def test_what_a_lost_reader_says_survives_a_pipe(failure: Unreadable) -> None:
    """Also the failures that are told of a process."""
    sent = pickle.loads(pickle.dumps(failure))  # noqa: S301
    assert (type(sent), str(sent), sent.cause) == (type(failure), str(failure), failure.cause)


def test_poorly_read_pages_can_be_shown(readers: Readers) -> None:
    """Pictures of pages are made apart, too."""
    (shot,) = readers.shots("scan.png", saved(picture_of(LETTER)), [Page(1)])
    assert shot.content.startswith(b"\x89PNG")


def _evidence(path: str, document: Document, words: str) -> Evidence:
    start = document.text.index(words)
    return Evidence(path, words, start, start + len(words), "page 1", words, True, "verbatim")


@pytest.fixture
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake.open(str(tmp_path_factory.mktemp("lake") / "lake"))


def test_evidence_names_page_and_box(readers: Readers, lake: Lake) -> None:
    """Of print and of scans alike; what the document does not state has no place."""
    content = scanned_pdf(["Quote 7", picture_of(LETTER)])
    document = readers.read("a.pdf", content)
    lake.put_documents([LakeDocument("quotes", "d1", "2026-11-19", "a.pdf", document.mime, "2", "x", "[]", content)])
    missing = Evidence("buyer", "ACME", None, None, None, None, False, "not found")
    evidence = [_evidence("number", document, "Quote 7"), _evidence("seller", document, "Nordwind"), missing]
    printed, scanned, nowhere = Places("quotes", lake, readers).of("a.pdf", "d1", document, evidence)
    assert (printed["page"], scanned["page"]) == (1, 2)
    for place in (printed, scanned):
        left, top, right, bottom = place["box"]
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
    assert nowhere == {"page": None, "box": None, "cell": None, "within": None}


def test_a_record_without_its_boxes_is_still_a_record(readers: Readers, lake: Lake) -> None:
    """Where the bytes are gone, the page is named and no box."""
    document = readers.read("a.pdf", scanned_pdf(["Quote 7"]))
    evidence = [_evidence("number", document, "Quote 7")]
    (place,) = Places("quotes", lake, readers).of("a.pdf", "gone", document, evidence)
    assert (place["page"], place["box"]) == (1, None)
