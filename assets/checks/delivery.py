"""The check of what left: everything that is released is downstream once deliveries are made."""

from collections.abc import Callable, Mapping

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding
from assets.checks.scene import Scene

DELIVERED = Check(
    "every_released_event_is_delivered",
    "deliveries",
    "Nothing that is released stays behind: no event was set aside, none still waits for the sink.",
    "The table names the sink's reason. Mend it there, then python -m pipeline_defs outbox --retry; what downstream "
    "will never take: outbox EVENT_ID --skip REASON.",
    query="select place, type, attempts, last_error from weir.outbox where feed = 'FEED' and date = 'DAY' "
    "and published_at is null and last_error is not null",
)


def _delivered(scene: Scene) -> Finding:
    found = scene.measures.delivery(*scene.where)
    finding = Finding(
        "ERROR" if found.set_aside else "WARN" if found.left else "none",
        f"{found.left:,} of {found.released:,} released events are not delivered, {found.set_aside:,} are set aside",
        {"released": found.released, "not_delivered": found.left, "set_aside": found.set_aside},
    )
    return finding.showing(lambda: _left(scene))


def _left(scene: Scene) -> list[dict[str, str]]:
    rows = scene.ledger.outbox.refusals(*scene.where, OFFENDERS)
    return [
        {"document": place, "event": type_, "attempts": str(attempts), "why": why}
        for place, type_, attempts, why in rows
    ]


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {DELIVERED: _delivered}
