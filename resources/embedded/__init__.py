"""A project without variables gets real servers too: started by its first user, stopped with its last."""

from pathlib import Path

from resources.embedded.errors import LocalServiceError
from resources.embedded.holding import hold, let_go
from resources.embedded.postgres.service import Postgres
from resources.embedded.reporting import Status, report
from resources.embedded.sandbox.service import Sandbox

__all__ = ["LocalServiceError", "Status", "hold_postgres", "hold_sandbox", "release", "status"]

_SYSTEM_HOME = Path("/var/lib/weir")


def hold_postgres(root: Path, system_home: Path = _SYSTEM_HOME) -> str:
    """A libpq URL of the project's PostgreSQL, which runs from now on until this process ends."""
    return hold(Postgres.of(root, system_home))


def hold_sandbox(root: Path) -> str:
    """The base URL of the project's sandbox, which runs from now on until this process ends."""
    return hold(Sandbox.of(root))


def status(root: Path) -> tuple[Status, ...]:
    """What runs for this project."""
    return tuple(report(service) for service in (Postgres.of(root, _SYSTEM_HOME), Sandbox.of(root)))


def release() -> None:
    """Let go of everything this process holds, before it ends."""
    let_go()
