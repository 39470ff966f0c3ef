"""A planted key, quoted by its provider wherever one can, is in nothing written: ledger, files, events, logs."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline_defs.__main__ import main
from resources.ledger.connections import connect
from tests.pipeline_defs.notes import LLM, Project

KEY = "plain-looking-value-of-the-test-4711"  # no prefix gives it away
QUOTED = f"Incorrect API key provided: {KEY}. Authorization: Bearer {KEY}"


@pytest.fixture
def guarded(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The project with a key of its own, which its provider quotes when it is told to fail."""
    monkeypatch.setenv("OWN_KEY", KEY)
    named = LLM.replace("model: own-model-1,", "model: own-model-1, api_key_env: OWN_KEY,")
    patient = named.replace("attempt_s: 5", "attempt_s: 60").replace("deadline_s: 5", "deadline_s: 90")
    config = patient.format(url=project.provider.url)
    (project.folder / "llm.yaml").write_text(config)
    project.provider.complaint = QUOTED
    project.drop("a.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    return project


def rows(database_url: str) -> Iterator[str]:
    """Every row of every table of ours, as text."""
    with connect(database_url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'weir'").fetchall()
        for (name,) in tables:
            for (row,) in connection.execute(f"select to_jsonb(t)::text from weir.{name} t".encode()):
                yield f"{name}: {row}"


def files(folder: Path) -> Iterator[str]:
    """Every file of the project, as text."""
    return (f"{path}: {path.read_bytes().decode('utf-8', 'replace')}" for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_a_key_its_provider_quotes_is_written_nowhere(
    guarded: Project, status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """However the provider refuses, and however much the libraries are told to say."""
    caplog.set_level(logging.DEBUG)
    guarded.provider.status = status
    result = guarded.run()
    for words in (["health", "--json"], ["letters"], ["review", "list"]):
        main(words)
    events = guarded.instance.all_logs(result.run_id)
    assert events
    out, err = capfd.readouterr()
    written = [*rows(guarded.database_url), *files(guarded.folder), *map(str, events), caplog.text, out, err]
    told = [text for text in written if "Incorrect API key provided" in text]
    assert told  # what was quoted is kept: without the key
    assert [text[:200] for text in written if KEY in text] == []
