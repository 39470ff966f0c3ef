"""Messages go out in the order in which they were written; one that is not taken is tried again, however long."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from resources.alerts.channels import Channel
from resources.alerts.errors import NotDelivered
from resources.ledger import Ledger
from resources.ledger.alerts import NotTaken, Waiting

FIRST_WAIT_S, LONGEST_WAIT_S = 30.0, 900.0
A_TICK_S = 25.0  # no new message is begun after that: the daemon waits for a tick for a minute


def deliver(
    ledger: Ledger, channels: Sequence[Channel], tell: Callable[[str], None], now: Callable[[], float] = time.monotonic
) -> int:
    """Send what is due; how many were taken. A channel that does not take one is left alone until the next tick."""
    ends = now() + A_TICK_S
    sent = 0
    for channel in channels:
        while now() < ends:
            outcome = ledger.alerts.send_next(channel.name, partial(_send, channel))
            if isinstance(outcome, NotTaken):
                tell(f"alerts: {outcome.why}; tried again in {outcome.wait_s:.0f} s")
            if outcome is not True:
                break
            sent += 1
    return sent


def _send(channel: Channel, waiting: Waiting) -> str | NotTaken | None:
    try:
        return channel.send(waiting.message)
    except NotDelivered as problem:
        return NotTaken(str(problem), min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(waiting.attempts, 16)))
