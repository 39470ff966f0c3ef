"""What a person has to look at: listed, shown with all that is known of it, and decided once."""

import getpass
import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from assets.reviewing import Approve, Correct, Decision, Reject, decide
from extraction.corrections import changed
from pipeline_defs.commands.errors import NoRecord, refuse_unknown
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.ledger.review import Item, Waiting

PAGE = 100


def review_list(feed: str | None, day: str | None, after: int) -> int:
    refuse_unknown(Environment.read().feeds_dir, [feed] if feed else [])
    with _ledger() as ledger:
        found = ledger.review.items(feed, day, after, PAGE)
    for each in found:
        _tell(each)
    more = f"; more behind: review list --after {found[-1].item_id}" if len(found) == PAGE else ""
    print(f"{len(found)} items wait for a person{more}" if found else "Nothing waits for a person.")
    return 0


def _tell(each: Waiting) -> None:
    print(f"{each.item_id}  {each.date}|{each.feed}  {each.place}")
    for reason in each.reasons[:3]:
        print(f"    {_why(reason)}")
    if len(each.reasons) > 3:
        print(f"    and {len(each.reasons) - 3} more: review show {each.item_id}")


def _why(reason: Any) -> str:
    return f"{reason['field']}: {reason['why']}" if reason.get("field") else str(reason["why"])


def review_show(item_id: int, as_json: bool) -> int:
    with _ledger() as ledger:
        item = ledger.review.item(item_id)
        words = ledger.letters.last_words(item.feed, item.doc_id)
    if as_json:
        print(json.dumps(_stated(item), indent=2, ensure_ascii=False))
        return 0
    _tell_all(item)
    if words and item.resolved_at is None:
        print(f"\nlast asked of {words.endpoint or 'nobody'}:\n{words.asked}\n\nanswered:\n{words.answered}")
    return 0


def _stated(item: Item) -> dict[str, Any]:
    names = ("item_id", "feed", "place", "doc_id", "reasons", "record", "evidence", "endpoint", "resolution")
    return {**{name: getattr(item, name) for name in names}, "date": item.date.isoformat()}


def _tell_all(item: Item) -> None:
    print(f"{item.item_id}  {item.date}|{item.feed}  {item.place}  (document {item.doc_id[:12]})")
    if item.resolved_at:
        who = item.resolved_by or "a run"
        print(f"{item.resolution} by {who} at {item.resolved_at:%Y-%m-%d %H:%M}: {item.note or ''}")
    print("\nwhy a person has to look:", *(f"  {_why(reason)}" for reason in item.reasons), sep="\n")
    print("\nproposed record:", json.dumps(item.record, indent=2, ensure_ascii=False), sep="\n")
    if item.approved_record is not None:
        print("\napproved before:", json.dumps(item.approved_record, indent=2, ensure_ascii=False), sep="\n")
    print("\nevidence:", *(f"  {_where(each)}" for each in item.evidence), sep="\n")


def _where(each: Any) -> str:
    page = f"page {each['page']}" if each.get("page") else ""
    found = each.get("text") or each.get("reason") or ""
    return "  ".join(str(part) for part in (each.get("path"), each.get("value"), page, found) if part not in (None, ""))


def approve(item_id: int, by: str | None) -> int:
    return _decide(item_id, Approve(_name(by)))


def reject(item_id: int, reason: str, by: str | None) -> int:
    return _decide(item_id, Reject(_name(by), reason))


def correct(item_id: int, file: Path | None, settings: Sequence[str], by: str | None) -> int:
    with _ledger() as ledger:
        record = _read(file) if file else ledger.review.item(item_id).record
    return _decide(item_id, Correct(_name(by), changed(record, settings)))


def _read(file: Path) -> dict[str, Any]:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise NoRecord(file, str(problem)) from problem
    if not isinstance(record, dict):
        raise NoRecord(file, "it holds no JSON object")
    return record


def _decide(item_id: int, decision: Decision) -> int:
    environment = Environment.read()
    with Ledger.open(database_url(environment), size=1) as ledger:
        settled = decide(ledger, environment.feeds_dir, item_id, decision)
    told = "its event is released" if settled.told else "downstream has nothing new to hear"
    print(f"{settled.item.place} is {settled.status}; {told}")
    return 0


def _name(by: str | None) -> str:
    return by or getpass.getuser()


def _ledger() -> AbstractContextManager[Ledger]:
    return Ledger.open(database_url(Environment.read()), size=1)
