"""A document that is plainly of another feed's kind is noticed; what may be right is left in peace."""

from pathlib import Path

import pytest

from benchmarks.samples import generate
from extraction.document import Document, Span
from extraction.feed import described_feeds
from extraction.parsing import Unreadable, parse
from extraction.sorting import Profile, misplaced, profiles_of, routed
from resources.environment import ROOT

FEEDS = {
    "deals": "Purchase orders that a buyer placed, and order confirmations.",
    "quotes": "Quotes from suppliers.",
    "messages": "E-mails from suppliers.",
    "loans": "Credit agreements of listed companies.",
    "leases": "Lease agreements for shops.",
    "invoices": "Invoices, and what belongs to them.",
    "weather": "Weather reports of stations in the mountains.",
}
PROFILES = profiles_of(FEEDS)


def _document(text: str, mime: str = "application/pdf") -> Document:
    return Document(text, (Span(0, len(text), 1, "page 1"),), mime)


def _goes_to(text: str, mime: str = "application/pdf") -> str | None:
    found = routed(_document(text, mime), PROFILES)
    return found.feed if found else None


@pytest.mark.parametrize(
    ("text", "feed"),
    [
        ("Nordwind GmbH\nAngebot Nr. 2200\nfür Ihre Anfrage", "quotes"),
        ("DEVIS\nVotre commande du 3 mai nous a fait plaisir, voici notre réponse à votre demande.", "quotes"),
        ("Auftragsbestätigung 4711\nWir danken für Ihre Bestellung vom 3. Mai und bestätigen wie folgt:", "deals"),
        ("Purchase Order\nNo. 12", "deals"),
        ("Musterfirma\nHandelsrechnung Nr. 471102 vom 05.06.2018\nBestellung : 2013-471331", "invoices"),
        ("$3,000,000,000\nCREDIT AGREEMENT\ndated as of August 17, 2007", "loans"),
        ("From: a@b.example\nTo: c@d.example\nSubject: your order 4711", "messages"),
        ("Weather at the stations\nRain in the mountains.", "weather"),
    ],
)
def test_a_title_says_where_a_document_belongs(text: str, feed: str) -> None:
    """In five languages, with what German puts together, by labels only where there is no title."""
    assert _goes_to(text) == feed


@pytest.mark.parametrize(
    "text",
    [
        "Nordwind GmbH\nSehr geehrte Damen und Herren,\nanbei die Unterlagen.",
        "Invoice 12\nPurchase Order 4711",
        "",
    ],
)
def test_what_no_title_tells_is_not_sorted(text: str) -> None:
    """Two titles are none."""
    assert _goes_to(text) is None


def test_a_mail_is_a_message_unless_it_brings_documents() -> None:
    """What is attached may be what it is about."""
    text = "From: a@b.example\nSubject: Quotation 12\n\nQuotation\nNo. 12"
    mail = Document(text, (Span(0, len(text), None, "header"),), "message/rfc822")
    assert routed(mail, PROFILES) is not None
    inner = Span(40, len(text), 1, "page 1", within="1")
    attached = Document(text, (Span(0, 40, None, "header"), inner), "message/rfc822")
    assert routed(attached, PROFILES) is None


def test_a_document_in_its_own_feed_is_in_place() -> None:
    """And so is one whose feed cannot be told, or whose feed says nothing of what it takes."""
    quote = _document("Angebot Nr. 2200")
    assert misplaced(quote, "quotes", PROFILES) is None
    assert misplaced(_document("Some text"), "deals", PROFILES) is None
    assert misplaced(quote, "odd", [*PROFILES, Profile("odd")]) is None
    found = misplaced(quote, "deals", PROFILES)
    assert found is not None
    assert (found.feed, found.words) == ("quotes", "angebot")


def test_nothing_shipped_or_made_raises_a_false_alarm_and_every_kind_is_told() -> None:
    """All samples, the gold, and thirty more of each kind: none is misplaced at home, all are elsewhere."""
    profiles = profiles_of(described_feeds(ROOT / "feeds"))
    seen = 0
    for profile in profiles:
        folder = ROOT / "feeds" / profile.name
        shipped = [*folder.glob("samples/*/*"), *folder.glob("gold/docs/*")]
        files = [(file.name, file.read_bytes()) for file in shipped]
        files += [(sample.name, sample.content) for sample in generate(4, profile.name, 30)]
        for name, content in files:
            try:
                doc = parse(Path(name).name, content)
            except Unreadable:
                continue
            seen += 1
            assert misplaced(doc, profile.name, profiles) is None, name
            elsewhere = [misplaced(doc, other.name, profiles) for other in profiles if other is not profile]
            assert {found.feed for found in elsewhere if found} == {profile.name}, name
    assert seen > 130
