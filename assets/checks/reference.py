"""The lists of docs/checks.md are made from the checks themselves: `python -m assets.checks.reference` writes them."""

import re
from collections.abc import Iterator, Sequence
from math import isinf
from pathlib import Path

from assets.checks.check import Check
from assets.checks.days import DAYS
from assets.checks.delivery import DELIVERED
from assets.checks.endpoints import ENDPOINTS
from assets.checks.endpoints import LIMITS as OF_ENDPOINTS
from assets.checks.files import OPENED
from assets.checks.gate import REVIEW, SCHEMA
from assets.checks.gold import GOLD
from assets.checks.inline import LOOKS
from assets.checks.lake import LAKE
from assets.checks.standing import STANDING
from extraction.limits import Checks, Limits
from extraction.settings import Review

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"

GATE, INLINE, BY_THE_CLOCK = (SCHEMA, REVIEW, GOLD), tuple(LOOKS), (*STANDING, DAYS, ENDPOINTS, LAKE)
ALL = (*GATE, *INLINE, *BY_THE_CLOCK)
_UNCOUNTED = {LAKE: "any | | ", DELIVERED: "left behind | set aside | ", OPENED: "any | | "}
_HEAD = ("| check | asset | green means | warns above | fails above | from |", "|---|---|---|---|---|---|")
_SETTINGS = ("| setting | warns above | fails above | from | what is measured |", "|---|---|---|---|---|")


def filled(page: str) -> str:
    """The page with its lists as they have to be now."""
    lists = {
        "gate": [*_HEAD, *map(_row, GATE)],
        "inline": [*_HEAD, *map(_row, INLINE)],
        "clock": [*_HEAD, *map(_row, BY_THE_CLOCK)],
        "remedies": [line for check in sorted(ALL, key=lambda each: each.name) for line in _section(check)],
        "limits": [*_SETTINGS, *_limits()],
    }
    for name, lines in lists.items():
        page = _put(page, name, lines)
    return page


def _put(page: str, name: str, lines: Sequence[str]) -> str:
    block = "\n".join([f"<!-- {name} -->", *lines, f"<!-- /{name} -->"])
    return re.sub(f"<!-- {name} -->.*?<!-- /{name} -->", lambda _: block, page, flags=re.DOTALL)


def _row(check: Check) -> str:
    return f"| [`{check.name}`](#{check.name}) | `{check.asset}` | {check.means} | {_limits_of(check)} |"


def _limits_of(check: Check) -> str:
    """By default; where nothing is counted, any."""
    own = {REVIEW: Review().limits, ENDPOINTS: OF_ENDPOINTS}
    limits = own.get(check) or getattr(Checks(), check.limits.removeprefix("checks."), None)
    return _told(limits) if limits else _UNCOUNTED.get(check, " | any | ")


def _told(limits: Limits) -> str:
    return f"{_number(limits.warn)} | {_number(limits.error)} | {limits.min_count}"


def _number(limit: float) -> str:
    return "never" if isinf(limit) else f"{limit:g}"


def _section(check: Check) -> Iterator[str]:
    yield from (f"### {check.name}", "", f"**What to do.** {check.remedy}", "")
    if check.limits:
        yield from (f"**Limits.** `{check.limits}` in the feed's feed.yaml.", "")
    if check.query:
        yield from ("```sql", f"{check.query};", "```", "")


def _limits() -> Iterator[str]:
    for name, field in Checks.model_fields.items():
        yield f"| `checks.{name}` | {_told(getattr(Checks(), name))} | {field.description} |"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
