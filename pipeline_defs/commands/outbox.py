"""What the sink refused for good, for a person to decide: try it again, or let its place go on without it."""

import getpass
from collections.abc import Sequence
from uuid import UUID

from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url

PAGE = 1000


def outbox(event_ids: Sequence[UUID], *, retry: bool, skip: str | None, by: str | None) -> int:
    with Ledger.open(database_url(Environment.read()), size=1) as ledger:
        if retry:
            print(f"{ledger.outbox.try_again(event_ids or None)} events are tried again")
        elif skip is not None:
            number = ledger.outbox.skip(event_ids, by or getpass.getuser(), skip)
            print(f"{number} events are skipped; their places go on")
        else:
            _list(ledger)
    return 0


def _list(ledger: Ledger) -> None:
    found = ledger.outbox.set_aside(limit=PAGE)
    for each in found:
        print(f"{each.event_id}  {each.date}|{each.feed}  {each.type}  {each.place}")
        waiting = f"; {each.behind} later events of the place wait behind it" if each.behind else ""
        print(f"    set aside {each.at:%Y-%m-%d %H:%M} after {each.attempts} attempts{waiting}\n    {each.error}")
    more = "; more behind them" if len(found) == PAGE else ""
    print(f"{len(found)} events are set aside{more}" if found else "No event is set aside.")
