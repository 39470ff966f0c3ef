"""An alert in words: what, why, what to do, where to look. Bounded, and foreign text is text, never markup."""

from collections.abc import Mapping
from typing import Any

from resources.ledger.alerts import Message

Alert = Mapping[str, Any]
WORD, SENTENCE = 200, 600  # characters
_HEADS = {"failed": "FAILED", "worse": "WORSE", "recovered": "RECOVERED"}


def subject(message: Message) -> str:
    """One line."""
    kinds = [alert["kind"] for alert in message.alerts]
    wrong = len(kinds) - kinds.count("recovered")
    worst = "ERROR" if any(_is_error(alert) for alert in message.alerts) else "WARNING"
    said = [f"{wrong} failed" if wrong else "", f"{len(kinds) - wrong} recovered" if len(kinds) > wrong else ""]
    head = worst if wrong else "RECOVERED"
    return f"[{head}] {short(message.feed, WORD)}: {', '.join(filter(None, said))} ({short(message.owner, WORD)})"


def _is_error(alert: Alert) -> bool:
    return bool(alert["kind"] != "recovered" and alert["standing"] == "error")


def plain(message: Message, longest: int) -> str:
    """Subject, alerts, and the id by which a second copy is known; what is too long for all is counted."""
    head, foot = subject(message), f"alert {message.message_id}"
    parts, left = [], longest - len(head) - len(foot) - 100
    for number, alert in enumerate(message.alerts):
        part = _part(alert)
        if len(part) > left:
            parts.append(f"and {len(message.alerts) - number} more: python -m pipeline_defs alerts")
            break
        parts.append(part)
        left -= len(part) + 2
    return "\n\n".join([head, *parts, foot])


def _part(alert: Alert) -> str:
    wrong = alert["kind"] != "recovered"
    severity = f" ({alert['standing'].upper()})" if wrong else ""
    where = f", {short(alert['partition'], WORD)}" if alert["partition"] else ""
    lines = [f"{_HEADS[alert['kind']]}{severity} {short(alert['what'], WORD)}{where}", short(alert["reason"], SENTENCE)]
    if wrong and alert["remedy"]:
        lines.append(f"What to do: {short(alert['remedy'], SENTENCE)}")
    return "\n".join(filter(None, [*lines, alert["url"]]))


def short(text: str, longest: int) -> str:
    """Foreign text on one line of printable signs."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def unmarked(text: str) -> str:
    """Text that Slack and its kin take as it is: no tags, no links of its own, nobody called by name."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return text.replace("@", "@\u200b")
