"""The verbs with which people look at what needs them, decide, mend and have things done again; parsed at once."""

import argparse
from datetime import date
from pathlib import Path
from typing import TypeAlias

Verbs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
NAMES = ("review", "letters", "calls", "replay", "lake")


def add_people(verbs: Verbs) -> None:
    _add_review(verbs)
    letters = verbs.add_parser("letters", help="the dead letters: list them, or show one with what was tried and said")
    letters.add_argument("letter_id", metavar="LETTER_ID", nargs="?", type=int)
    letters.add_argument("--cause", help="only those that died of this")
    _add_where(letters, "letter")
    _add_calls(verbs)
    _add_replay(verbs)
    lake = verbs.add_parser("lake", help="whether the lake holds what the ledger knows of; 1 if not")
    lake.add_argument("what", choices=["check"], help="compare them")
    lake.add_argument("feeds", metavar="FEED", nargs="*", help="some feeds; all if left away")
    lake.add_argument("--repair", action="store_true", help="read again what is missing, delete what nobody owns")


def _add_calls(verbs: Verbs) -> None:
    calls = verbs.add_parser("calls", help="what models were asked and answered: the requests that were kept in full")
    calls.add_argument(
        "call_id", metavar="CALL_ID", nargs="?", help="one call, whole; the beginning of its id is enough"
    )
    calls.add_argument("--feed", help="only of this feed")
    calls.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="only of this day's partitions")
    calls.add_argument("--doc", metavar="DOC_ID", help="only about this document; the beginning of its id is enough")
    calls.add_argument("--outcome", choices=("ok", "rejected", "failed"), help="only what ended so")
    calls.add_argument("--limit", type=int, default=20, help="so many, the latest first (%(default)s)")


def _add_review(verbs: Verbs) -> None:
    review = verbs.add_parser("review", help="what needs a person: list, show, approve, correct, reject")
    what = review.add_subparsers(dest="what", required=True)
    _add_where(what.add_parser("list", help="what waits for a person, oldest first"), "item")
    show = what.add_parser("show", help="one item: proposal, reasons, evidence, what was asked and answered")
    show.add_argument("item_id", metavar="ITEM_ID", type=int)
    show.add_argument("--json", action="store_true", help="the same as JSON, to be corrected and given back")
    approve = what.add_parser("approve", help="take the record as it is proposed; it leaves at once")
    correct = what.add_parser("correct", help="take another record; it leaves at once and joins the gold")
    correct.add_argument(
        "--file", type=file_of, help="the whole record as JSON; without it, the proposed one is changed"
    )
    correct.add_argument(
        "--set",
        dest="settings",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        help="such as lines[0].quantity=12.5",
    )
    reject = what.add_parser("reject", help="no record from this document; it is dead with this reason")
    reject.add_argument("--reason", required=True, type=said, help="why; kept, and shown with the dead letter")
    for each in (approve, correct, reject):
        each.add_argument("item_id", metavar="ITEM_ID", type=int)
        each.add_argument("--by", help="in whose name (the user's, if not given)")


def _add_where(parser: argparse.ArgumentParser, thing: str) -> None:
    parser.add_argument("--feed", help="only of this feed")
    parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="only of this day")
    parser.add_argument("--after", type=int, default=0, metavar="ID", help=f"only behind this {thing}: the next page")


def _add_replay(verbs: Verbs) -> None:
    replay = verbs.add_parser("replay", help="documents again, by id, cause, feed, date, or made by an older version")
    for flag, name, text in (
        ("--id", "ids", "a doc_id, its beginning (six characters or more), or a place"),
        ("--cause", "causes", "what they died of, such as truncated"),
        ("--feed", "feeds", "of this feed"),
        ("--status", "statuses", "accepted, review, dead or waiting; if none: dead, or any of what is named by id"),
    ):
        choices = ("accepted", "review", "dead", "waiting") if name == "statuses" else None
        replay.add_argument(flag, dest=name, help=text, action="append", default=[], choices=choices)
    replay.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="of this day; with --until, from this day on")
    replay.add_argument("--until", type=_day, metavar="YYYY-MM-DD", help="to this day, itself included")
    replay.add_argument("--outdated", action="store_true", help="what another schema or prompt made than is there now")
    replay.add_argument("--dry-run", action="store_true", help="only say what would be done")
    replay.add_argument("--reason", default="asked for at the terminal", type=said, help="why; kept")
    replay.add_argument("--by", help="in whose name (the user's, if not given)")


def said(given: str) -> str:
    """What is kept must say something."""
    if not given.strip():
        raise argparse.ArgumentTypeError("it is empty: say why, it is kept")
    return given.strip()


def file_of(given: str) -> Path:
    """As the shell means it: a command is at home in the project's root."""
    return Path(given).absolute()


def _day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(f"{given!r} is no day: write it as 2026-11-19") from wrong


def senseless(chosen: argparse.Namespace) -> str | None:
    """What the parser lets through and nobody can mean."""
    if chosen.verb == "review" and chosen.what == "correct" and not (chosen.file or chosen.settings):
        return "review correct: say what is right with --set or --file; to take the record as it is: review approve"
    if chosen.verb == "replay" and chosen.date and chosen.until and chosen.until < chosen.date:
        return f"replay: --until {chosen.until} is before --date {chosen.date}"
    return None


def people(chosen: argparse.Namespace) -> int:
    # What a command needs is imported only now: `--help` and a wrong verb answer at once.
    match chosen.verb:
        case "letters":
            from pipeline_defs.commands.letters import letters

            return letters(chosen.letter_id, chosen.feed, chosen.date, chosen.cause, chosen.after)
        case "calls":
            from pipeline_defs.commands.calls import calls
            from resources.ledger.samples import Which

            return calls(Which(chosen.feed, chosen.date, chosen.doc, chosen.outcome, chosen.call_id), chosen.limit)
        case "replay":
            return _replay(chosen)
        case "lake":
            from pipeline_defs.commands.lake import lake

            return lake(chosen.feeds, chosen.repair)
        case _:
            return _review(chosen)


def _replay(chosen: argparse.Namespace) -> int:
    from pipeline_defs.commands.replay import replay_command
    from resources.ledger.replays import Which

    until = chosen.until or chosen.date
    which = Which(chosen.ids, chosen.causes, chosen.feeds, chosen.date, until, chosen.statuses)
    return replay_command(which, outdated=chosen.outdated, dry_run=chosen.dry_run, by=chosen.by, reason=chosen.reason)


def _review(chosen: argparse.Namespace) -> int:
    from pipeline_defs.commands import review

    match chosen.what:
        case "show":
            return review.review_show(chosen.item_id, chosen.json)
        case "approve":
            return review.approve(chosen.item_id, chosen.by)
        case "correct":
            return review.correct(chosen.item_id, chosen.file, chosen.settings, chosen.by)
        case "reject":
            return review.reject(chosen.item_id, chosen.reason, chosen.by)
        case _:
            return review.review_list(chosen.feed, chosen.date, chosen.after)
