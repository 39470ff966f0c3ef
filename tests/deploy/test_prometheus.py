"""What stands in deploy/ for Prometheus and Grafana works with the real Prometheus and names only what is exported."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.metrics import Collector, metrics_server, names
from tests.resources.test_ledger_figures import attempt

FOLDER = ROOT / "deploy" / "prometheus"
RULES = FOLDER / "weir.rules.yml"
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
EXPORTED = {sample for each in names.ALL for sample in each.samples}
START_S = 60


def tool(name: str) -> str:
    """A program of Debian's package `prometheus`."""
    found = shutil.which(name)
    if not found:
        said = f"there is no {name}: apt-get install prometheus"
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") else pytest.skip)(said)
    return str(found)


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load(RULES.read_text())["groups"]
    return list(group["rules"])


def expressions(dashboard: Path) -> list[str]:
    panels = json.loads(dashboard.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def ran(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_speak_when_they_must_and_at_no_other_time() -> None:
    """Prometheus itself evaluates each rule over made-up days."""
    ran(tool("promtool"), "test", "rules", str(FOLDER / "weir.rules.test.yml"))


def test_each_rule_is_seen_to_fire() -> None:
    """A rule without a case that fires could be one that never does."""
    cases = yaml.safe_load((FOLDER / "weir.rules.test.yml").read_text())["tests"]
    seen = [case for test in cases for case in test["alert_rule_test"]]
    assert {case["alertname"] for case in seen if case["exp_alerts"]} == {rule["alert"] for rule in rules()}


def test_each_rule_says_what_is_wrong_and_what_helps() -> None:
    """And which of its remedies are commands, these are there."""
    verbs = set((ROOT / "pipeline_defs" / "__main__.py").read_text().split('"'))
    verbs |= set((ROOT / "pipeline_defs" / "people_verbs.py").read_text().split('"'))
    for rule in rules():
        assert set(rule["annotations"]) == {"summary", "remedy"}
        assert rule["labels"]["severity"] in ("warning", "critical")
        assert set(re.findall(r"-m pipeline_defs (\w+)", rule["annotations"]["remedy"])) <= verbs


def test_the_configuration_is_one() -> None:
    """As Prometheus checks it, with the rules it names."""
    ran(tool("promtool"), "check", "config", str(FOLDER / "prometheus.yml"))


@pytest.mark.parametrize("expression", [rule["expr"] for rule in rules()])
def test_rules_name_what_is_exported(expression: str) -> None:
    """A metric that was renamed would make a rule silent for good."""
    assert set(re.findall(r"\bweir_\w+", expression)) <= EXPORTED


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_dashboards_name_what_is_exported(dashboard: Path) -> None:
    """Nor may a panel stay empty."""
    for expression in expressions(dashboard):
        named = set(re.findall(r"\bweir_\w+", expression))
        assert named
        assert named <= EXPORTED


def test_every_metric_is_shown_somewhere() -> None:
    """What nobody looks at need not be told."""
    shown = " ".join(
        [*(text for each in DASHBOARDS for text in expressions(each)), *(rule["expr"] for rule in rules())]
    )
    # A window's length is what `weir_llm_limit` is to be read with.
    unseen = {each.name for each in names.ALL if not any(sample in shown for sample in each.samples)}
    assert unseen == {names.LIMIT_WINDOW.name}


@contextmanager
def prometheus(folder: Path, target: str) -> Iterator[str]:
    """A real server on a port of its own, with our rules and this target."""
    config = yaml.safe_load((FOLDER / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(RULES)]
    config["scrape_configs"][0]["static_configs"] = [{"targets": [target]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
    log = folder / "log"
    options = {"config.file": folder / "prometheus.yml", "storage.tsdb.path": folder / "data"}
    given = [f"--{name}={value}" for name, value in {**options, "web.listen-address": "127.0.0.1:0"}.items()]
    with log.open("wb") as file:
        process = subprocess.Popen([tool("prometheus"), *given], stdout=file, stderr=file)
    try:
        yield f"http://{listens(log, process)}"
    finally:
        process.terminate()
        process.wait(30)


def listens(log: Path, process: "subprocess.Popen[bytes]") -> str:
    """Where it says it listens; it says so of port 0, too, so the kernel is asked."""
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        if port := listening_port(process.pid):
            return f"127.0.0.1:{port}"
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def listening_port(pid: int) -> int | None:
    """The port of the socket this process listens on, as the kernel lists it."""
    inodes = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir() if each.is_symlink()}
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        parts = line.split()
        if parts[3] == "0A" and f"socket:[{parts[9]}]" in inodes:
            return int(parts[1].rpartition(":")[2], 16)
    return None


def asked(base: str, expression: str) -> list[Any]:
    """Nothing while it starts: it listens before it is ready."""
    query = urlencode({"query": expression})
    try:
        with urllib.request.urlopen(f"{base}/api/v1/query?{query}", timeout=10) as answer:  # noqa: S310 - our own URL
            return list(json.load(answer)["data"]["result"])
    except urllib.error.HTTPError as not_ready:
        if not_ready.code != HTTPStatus.SERVICE_UNAVAILABLE:
            raise
        return []


@pytest.mark.slow
def test_a_real_prometheus_scrapes_the_exporter(database_url: str, tmp_path: Path) -> None:
    """It reads every family, our rules load, and a panel's question has an answer."""
    tool("prometheus")
    with Ledger.open(database_url) as ledger:
        ledger.answers.keep_attempts([attempt(), attempt(call_id="c2", outcome="failed", error="overloaded")])
    collector = Collector(lambda: Ledger.open(database_url, size=1), lambda sentence: None)
    with (
        closing(collector),
        closing(metrics_server(collector, "127.0.0.1", 0)) as server,
        prometheus(tmp_path, f"127.0.0.1:{server.port}") as base,
    ):
        deadline = time.monotonic() + START_S
        while not (found := asked(base, 'weir_llm_attempts_total{outcome="failed"}')):
            assert time.monotonic() < deadline, "nothing was scraped"
            time.sleep(0.1)
        [failed] = found
        assert (failed["metric"]["error"], failed["value"][1]) == ("overloaded", "1")
        assert asked(base, "weir_up")[0]["value"][1] == "1"
        [buckets] = asked(base, 'weir_llm_latency_seconds_bucket{le="+Inf"}')
        assert buckets["value"][1] == "2"
        with urllib.request.urlopen(f"{base}/api/v1/rules", timeout=10) as answer:  # noqa: S310 - our own http URL
            [group] = json.load(answer)["data"]["groups"]
        assert [rule["health"] for rule in group["rules"] if rule["health"] == "err"] == []
        assert len(group["rules"]) == len(rules())
