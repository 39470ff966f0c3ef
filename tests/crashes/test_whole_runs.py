"""kill -9 in the middle of real runs, with the real lake: the next run finishes what the last began, once.

One death in `make test`, 25 of them in `make test-crash`: each is a process that imports everything anew.
"""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from assets.lake_repair import differences
from resources.environment import ROOT
from resources.lake import Lake
from resources.ledger.connections import connect
from tests.crashes.audit import OF_THE_LEDGER
from tests.crashes.test_crashes import KILLS, SEED
from tests.pipeline_defs.notes import FEED, KEY, Project, a_note_project

DEATHS = max(1, KILLS // 40)
BOUNDARIES = 700  # of a run that has a few documents to work on; beyond its last it lives
TO_THE_END = -1


def run(number: int) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.crashes.whole_run", KEY, str(number)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def change(project: Project, dice: random.Random, turn: int) -> None:
    """Two files come, one of them unreadable now and then; one is corrected, one is withdrawn."""
    project.drop(f"n{turn}.txt", f"Supplier: Nordwerk {turn}\nTotal: {turn + 10}.50\n")
    project.drop(f"o{turn}.pdf", "%PDF-1.7 and no more") if dice.random() < 0.3 else None
    old = sorted((project.folder / "inbox").rglob("n*.txt"))
    dice.choice(old).write_text(f"Supplier: Halden {turn}\nTotal: {turn + 20}.50\n")
    if len(old) > 3:
        dice.choice(old).unlink()


@pytest.mark.timeout(1800)
def test_the_next_run_finishes_what_a_killed_one_began(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents, chunks, lake, ledger and sink: nothing twice, nothing missing."""
    dice = random.Random(SEED)
    with a_note_project(tmp_path, database_url, monkeypatch) as project:
        change(project, dice, 0)
        change(project, dice, 1)
        died: list[int] = []
        for turn in range(2, 3 * DEATHS + 2):
            number = dice.randrange(BOUNDARIES)
            ended = run(number)
            assert ended.returncode in (0, -9) or "Transient" in ended.stderr, ended.stderr[-3000:]
            died += [number] if ended.returncode == -9 else []
            if len(died) == DEATHS:
                break
            change(project, dice, turn)
        # On a machine with much else to do a provider's answer may come too late: what waits is asked about again.
        assert any(run(TO_THE_END).returncode == 0 for _ in range(5))
        print(f"\n{len(died)} whole runs killed at the boundaries {sorted(died)}")  # noqa: T201
        assert len(died) == DEATHS
        assert project.ask(lambda ledger: differences(FEED, Lake.open(str(tmp_path / "lake")), ledger)).agree
        assert wrong(database_url) == {}
        ids = [line["id"] for line in project.delivered()]
        with connect(database_url) as connection:
            events = connection.execute("select event_id::text from weir.outbox order by seq").fetchall()
        assert sorted(ids) == sorted(event_id for (event_id,) in events)


def wrong(url: str) -> dict[str, int]:
    with connect(url) as connection:
        connection.execute("set search_path to weir")
        counts = {what: connection.execute(query.encode()).fetchone() for what, query in OF_THE_LEDGER.items()}
    return {what: row[0] for what, row in counts.items() if row and row[0]}
