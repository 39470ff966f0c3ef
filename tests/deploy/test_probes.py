"""What a container is asked stands in deploy/, and whoever is asked answers there."""

import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline_defs.__main__ import main
from resources.environment import ROOT
from resources.ledger import Ledger
from resources.metrics import Collector, metrics_server
from resources.probes import ProbeServer
from resources.relay.health import Health, health_server

DEPLOYMENTS = sorted((ROOT / "deploy").glob("*/deployment.yaml"))


def container(file: Path) -> dict[str, Any]:
    [found] = yaml.safe_load(file.read_text())["spec"]["template"]["spec"]["containers"]
    return dict(found)


def server(file: Path, database_url: str) -> ProbeServer:
    """What the container's command would serve."""
    if file.parent.name == "relay":
        return health_server(Health(time.monotonic), "127.0.0.1", 0)
    collector = Collector(lambda: Ledger.open(database_url, size=1), lambda sentence: None)
    return metrics_server(collector, "127.0.0.1", 0)


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 - our own http URL
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_relay_and_exporter_have_deployments() -> None:
    """The two processes that go on between runs."""
    assert [file.parent.name for file in DEPLOYMENTS] == ["metrics", "relay"]


@pytest.mark.parametrize("file", DEPLOYMENTS, ids=lambda file: file.parent.name)
def test_each_probe_asks_where_somebody_answers(file: Path, database_url: str) -> None:
    """On the container's port; a path that nobody knows would restart it for ever."""
    found = container(file)
    ports = {each["name"]: each["containerPort"] for each in found["ports"]}
    probes = [found[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
    with closing(server(file, database_url)) as serving:
        for probe in probes:
            assert f"0.0.0.0:{ports[probe['port']]}" in found["command"]
            assert status(f"http://127.0.0.1:{serving.port}{probe['path']}") in (200, 503)
        for path in ("/healthz", "/readyz"):
            assert status(f"http://127.0.0.1:{serving.port}{path}") in (200, 503)
        assert status(f"http://127.0.0.1:{serving.port}/nowhere") == 404


@pytest.mark.parametrize("file", DEPLOYMENTS, ids=lambda file: file.parent.name)
def test_each_container_starts_a_command_there_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its verb, with the options it is given."""
    _, module, package, verb, option, _ = container(file)["command"]
    assert (module, package) == ("-m", "pipeline_defs")
    with pytest.raises(SystemExit) as shown:
        main([verb, "--help"])
    assert (shown.value.code, option in capsys.readouterr().out) == (0, True)
