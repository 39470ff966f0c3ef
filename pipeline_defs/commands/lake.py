"""Whether lake and ledger agree, feed by feed, and on request the repair of what they do not agree on."""

from collections.abc import Sequence

from assets.lake_check import KINDS, Differences
from assets.lake_repair import Repair, differences
from assets.reading import Readers
from extraction.feed import feed_names
from pipeline_defs.commands.errors import refuse_unknown
from resources.environment import Environment
from resources.inbox import open_inbox
from resources.lake import Lake
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.logs import say

EXAMPLES = 3


def lake(names: Sequence[str], repair: bool) -> int:
    """0 where they agree, or do after the repair."""
    environment = Environment.read()
    refuse_unknown(environment.feeds_dir, names)
    with Ledger.open(database_url(environment)) as ledger, Readers() as readers:
        opened, inbox = Lake.open(environment.lake_uri), open_inbox(environment.inbox_uri)
        found = [differences(name, opened, ledger) for name in names or feed_names(environment.feeds_dir)]
        for each in found:
            _tell(each)
        if repair:
            broken = [each for each in found if not each.agree]
            found = [Repair(each.feed, inbox, opened, ledger, readers, say).mend(each) for each in broken]
            for each in found:
                _tell(each)
    return 0 if all(each.agree for each in found) else 1


def _tell(found: Differences) -> None:
    print(f"{found.feed}: {found.documents} documents, {'lake and ledger agree' if found.agree else 'they differ:'}")
    examples: dict[str, list[str]] = {}
    for kind, place in found.examples(EXAMPLES):
        examples.setdefault(kind, []).append(place)
    for kind, number in found.numbers.items():
        if number:
            print(f"{number:8} {KINDS[kind]}", *(f"             {place}" for place in examples.get(kind, [])), sep="\n")
