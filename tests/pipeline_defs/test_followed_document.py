"""A document can be followed from its file to its delivery: in the log, in a trace, in samples, by one id."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from resources.environment import ROOT
from resources.ledger.samples import Which
from tests.otlp import Collector, collector
from tests.pipeline_defs.notes import DAY, FEED, KEY, Project

NOTE = "Supplier: Nordwerk GmbH\nTotal: 12.50\n"
DOC = hashlib.sha256(NOTE.encode()).hexdigest()


@pytest.fixture
def heard() -> Iterator[Collector]:
    with collector() as opened:
        yield opened


def ran(project: Project, heard: Collector) -> list[dict[str, Any]]:
    """The lines of a run that is logged for machines and traced."""
    config = project.folder / "llm.yaml"
    config.write_text(config.read_text() + "samples: {share: 1.0}\n")
    variables = {"WEIR_LOG": "json", "OTEL_EXPORTER_OTLP_ENDPOINT": heard.url, "OTEL_SERVICE_NAME": "weir-run"}
    command = [sys.executable, "-m", "tests.pipeline_defs.followed_run"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


@pytest.mark.slow
def test_one_id_leads_from_the_file_to_the_delivered_event(project: Project, heard: Collector) -> None:
    """Every line is an object; those of a document carry its id, as do its spans, its sample and its event."""
    project.drop("a.txt", NOTE)
    said = ran(project, heard)
    [event] = project.delivered()
    assert event["docid"] == DOC

    assert all({"time", "level", "logger", "message"} <= set(line) for line in said)
    of_run = [line for line in said if "step" in line]
    assert {(line["partition"], line["feed"]) for line in of_run} == {(KEY, FEED)}
    of_document = [line for line in said if line.get("correlation_id") == DOC]
    assert [line["message"].split(":")[0] for line in of_document] == [
        "read",
        "decided",
        "record.created is downstream",
    ]
    assert {line["place"] for line in of_document} == {f"{FEED}/{DAY}/a.txt"}
    assert {line["partition"] for line in of_document} == {KEY}
    assert [line["run_id"] for line in of_document[:2]] == [of_run[0]["run_id"]] * 2
    assert of_document[2]["event_id"] == event["id"]

    spans = {each.name: each for each in heard.seen if each.trace_id == DOC[:32]}
    assert set(spans) == {"document", "chunk", "extract", "chat own-model-1", "deliver"}
    assert (spans["document"].span_id, spans["document"].parent_id) == (DOC[32:48], "")
    assert {spans[name].parent_id for name in ("chunk", "extract", "deliver")} == {DOC[32:48]}
    assert spans["chat own-model-1"].parent_id == spans["extract"].span_id
    assert spans["extract"].facts["weir.verdict"] == "accepted"
    assert event["traceparent"] == f"00-{DOC[:32]}-{spans['deliver'].span_id}-01"
    assert {each.service for each in heard.seen} == {"weir-run"}

    [sample] = project.ask(lambda ledger: ledger.samples.find(Which(doc=DOC)))
    assert sample.call_id == spans["chat own-model-1"].facts["weir.call_id"]
    assert (NOTE.strip() in sample.asked[1]["text"], sample.place) == (True, f"{FEED}/{DAY}/a.txt")


@pytest.mark.slow
def test_what_cannot_be_read_can_be_followed_too(project: Project, heard: Collector) -> None:
    """Where its way ends, and why."""
    project.drop("b.pdf", "this is no PDF")
    said = ran(project, heard)
    doc_id = hashlib.sha256(b"this is no PDF").hexdigest()
    [line] = [line for line in said if line.get("correlation_id") == doc_id]
    [span] = [each for each in heard.seen if each.trace_id == doc_id[:32]]
    assert line["message"].startswith("cannot be read: b.pdf is damaged")
    assert "b.pdf is damaged" in span.failed
    assert span.facts["error.type"] == "corrupt"
