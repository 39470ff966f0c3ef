"""What stands, and what nobody took yet; and a message to everybody who would be told, to see that they are."""

from datetime import UTC, datetime
from uuid import uuid4

from resources.alerts import NotDelivered, open_channels
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.alerts import Condition, Message, Unsent
from resources.ledger.database import database_url


def alerts(*, test: bool) -> int:
    return _test() if test else _look()


def _look() -> int:
    """1 where messages wait that were tried before."""
    with Ledger.open(database_url(Environment.read()), size=1) as ledger:
        standing, unsent = ledger.alerts.standing(), ledger.alerts.unsent()
    print("\n".join(map(_line, standing)) or "nothing is wrong that anybody was told of")
    for each in unsent:
        print(_waits(each))
    return 1 if any(each.attempts for each in unsent) else 0


def _line(condition: Condition) -> str:
    needs = f" (left: {', '.join(condition.needs)})" if condition.needs else ""
    return f"{condition.standing.upper():5} {condition.seen_at:%Y-%m-%d %H:%M} {condition.condition}{needs}"


def _waits(unsent: Unsent) -> str:
    why = f": {unsent.error}" if unsent.error else ""
    return f"{unsent.messages} messages wait for {unsent.channel} since {unsent.since:%Y-%m-%d %H:%M}{why}"


def _test() -> int:
    """1 if one of the channels did not take it."""
    taken = True
    for channel in open_channels(print):
        message = Message(uuid4(), channel.name, "weir", "whoever reads this", [_nothing()])
        try:
            channel.send(message)
            print(f"{channel.name}: taken")
        except NotDelivered as problem:
            taken = False
            print(f"{channel.name}: {problem}")
    return 0 if taken else 1


def _nothing() -> dict[str, str]:
    at = datetime.now(UTC).isoformat()
    said = {"kind": "recovered", "standing": "well", "feed": "weir", "owner": "", "partition": "", "remedy": ""}
    return {**said, "condition": "test", "what": "a test", "reason": "Nothing is wrong.", "url": "", "seen_at": at}
