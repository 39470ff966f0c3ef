"""The check of what arrived: no file was passed over because it could not be opened."""

from collections.abc import Callable, Mapping

from assets.checks.check import Check
from assets.checks.finding import OFFENDERS, Finding
from assets.checks.scene import Scene

OPENED = Check(
    "every_file_can_be_opened",
    "documents",
    "Every file of the day could be opened and read to its end; what is in it is another matter.",
    "The table names file and reason: give the user that runs Weir the right to read it, or take it out of the inbox. "
    "The next run looks again.",
    query="select place, first_seen_at from weir.places where feed = 'FEED' and date = 'DAY' and read_mark is null",
)


def _opened(scene: Scene) -> Finding:
    """What a run could not open is in no ledger: the run hands it on."""
    files = sum(scene.statuses.values())
    return Finding(
        "WARN" if scene.unopened else "none",
        f"{len(scene.unopened)} files could not be opened, {files} documents of the day were read",
        {"not_opened": len(scene.unopened), "documents": files},
        [{"file and reason": sentence} for sentence in scene.unopened[:OFFENDERS]],
    )


LOOKS: Mapping[Check, Callable[[Scene], Finding]] = {OPENED: _opened}
