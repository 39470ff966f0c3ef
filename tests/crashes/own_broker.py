"""A RabbitMQ of the harness's own: another node, port and folder, as an unprivileged user, to be restarted."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.broker import answers, until

_PLACES = ("lib/rabbitmq/lib/*/sbin/rabbitmq-server", "lib/rabbitmq/bin/rabbitmq-server", "local/sbin/rabbitmq-server")
_USERS = ("rabbitmq", "nobody")


def why_not() -> str:
    """Why no broker can be started here; empty if one can."""
    if _program() is None:
        return "rabbitmq-server is not installed"
    if os.geteuid() == 0 and _user() is None:
        return "there is no unprivileged user to run rabbitmq-server as"
    return ""


def _program() -> Path | None:
    return next((found for pattern in _PLACES for found in sorted(Path("/usr").glob(pattern))), None)


def _user() -> pwd.struct_passwd | None:
    known = {each.pw_name: each for each in pwd.getpwall()}
    return next((known[name] for name in _USERS if name in known), None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class OwnBroker:
    folder: Path
    port: int
    distribution_port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        own = _user() if os.geteuid() == 0 else None
        with (self.folder / "said.log").open("ab") as said:
            self.process = subprocess.Popen(
                [str(_program())],
                env=self._variables(),
                cwd=self.folder,
                stdout=said,
                stderr=said,
                start_new_session=True,
                user=own.pw_uid if own else None,
                group=own.pw_gid if own else None,
                extra_groups=[] if own else None,
            )
        until(lambda: answers(self.url), 60)

    def _variables(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"weir{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        }

    def restart(self) -> None:
        self.end(signal.SIGTERM)
        self.start()

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait()
            until(lambda: not answers(self.url))
            self.process = None


@contextmanager
def own_broker() -> Iterator[OwnBroker]:
    with tempfile.TemporaryDirectory(prefix="weir-broker-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        if os.geteuid() == 0 and (own := _user()):
            shutil.chown(folder, own.pw_uid, own.pw_gid)
        broker = OwnBroker(folder, _free_port(), _free_port())
        try:
            broker.start()
            yield broker
        finally:
            broker.end()
