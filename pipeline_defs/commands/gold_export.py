"""What people corrected, on request, into the gold of the feed's folder: it guards the gate from then on."""

from collections.abc import Iterator

from extraction.feed import load_feed
from extraction.gold_export import Labelled, export_gold
from pipeline_defs.commands.errors import refuse_unknown
from resources.environment import Environment
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.database import database_url


def export(name: str, approved: bool) -> int:
    """Corrections; with `approved` also what people approved as it was proposed."""
    environment = Environment.read()
    refuse_unknown(environment.feeds_dir, [name])
    feed = load_feed(environment.feeds_dir / name)
    with Ledger.open(database_url(environment), size=1) as ledger:
        lake = Lake.open(environment.lake_uri)
        number = export_gold(feed.folder, _labelled(ledger, lake, name, approved))
    print(f"{number} documents joined {feed.folder / 'gold'} or were corrected there; look at them before you commit")
    return 0


def _labelled(ledger: Ledger, lake: Lake, feed: str, approved: bool) -> Iterator[Labelled]:
    for label in ledger.review.labels(feed, approved):
        content = lake.read_bytes(feed, label.doc_id)
        yield Labelled(label.doc_id, label.place.rpartition("/")[2], content, label.record)
