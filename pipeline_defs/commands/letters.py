"""The dead letters: what documents died of, what was tried and said last, and what helps."""

from pipeline_defs.commands.errors import refuse_unknown
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.letters import Letter
from resources.ledger.replays import Replayed

PAGE = 100


def letters(letter_id: int | None, feed: str | None, day: str | None, cause: str | None, after: int) -> int:
    environment = Environment.read()
    refuse_unknown(environment.feeds_dir, [feed] if feed else [])
    with Ledger.open(database_url(environment), size=1) as ledger:
        if letter_id is not None:
            _show(ledger, ledger.letters.letter(letter_id))
        else:
            _list(ledger, feed, day, cause, after)
    return 0


def _list(ledger: Ledger, feed: str | None, day: str | None, cause: str | None, after: int) -> None:
    found = ledger.letters.open(feed, day, cause, after, PAGE)
    for each in found:
        print(f"{each.letter_id}  {each.date}|{each.feed}  {each.place}\n    {each.cause}: {each.message}")
    for name, number, remedy in ledger.letters.causes(feed, day, cause):
        print(f"{number:6} {name}: {remedy}")
    more = f"; more behind: letters --after {found[-1].letter_id}" if len(found) == PAGE else ""
    print(f"{len(found)} dead letters{more}" if found else "Nothing is dead.")


def _show(ledger: Ledger, letter: Letter) -> None:
    print(f"{letter.letter_id}  {letter.date}|{letter.feed}  {letter.place}  (document {letter.doc_id[:12]})")
    print(f"{letter.cause}: {letter.message}\nwhat helps: {letter.remedy}")
    print(f"{letter.attempts} attempts, {letter.cost_usd:.4f} USD")
    for each in ledger.letters.attempts(letter.feed, letter.doc_id):
        error = f": {each.error}" if each.error else ""
        print(f"    {each.started_at:%Y-%m-%d %H:%M:%S}  {each.endpoint}  {each.task}  {each.outcome}{error}")
    for replayed in ledger.replays.history(letter.feed, letter.doc_id):
        print(_told(replayed))
    if words := ledger.letters.last_words(letter.feed, letter.doc_id):
        print(f"\nlast asked:\n{words.asked}\n\nanswered:\n{words.answered}")
    print(f"\nagain, once mended: python -m pipeline_defs replay --id {letter.doc_id[:12]}")


def _told(replayed: Replayed) -> str:
    """Who asked for it again and why, what it was then and became."""
    was = f"{replayed.was} ({replayed.was_cause})" if replayed.was_cause else replayed.was
    became = replayed.outcome or "not done yet"
    reason = f": {replayed.reason}" if replayed.reason else ""
    return f"    replayed {replayed.asked_at:%Y-%m-%d %H:%M:%S} by {replayed.by}{reason}; {was} -> {became}"
