"""Ledger and lake are put back as they were in one instant, and what was delivered since is not delivered twice."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from pipeline_defs.__main__ import main
from pipeline_defs.backup_folder import open_backup
from resources.environment import ROOT
from resources.lake import Lake
from resources.ledger.connections import connect
from resources.ledger.errors import HalfRestored, InUse
from resources.ledger.restoring import MARK
from tests.pipeline_defs.notes import DAY, FEED, Project

A, B, C = (f"Supplier: {name}\nTotal: {total}\n" for name, total in (("Nordwerk", 12), ("Halden", 99), ("Rhein", 7)))
RUN = "5c1d0f0e-4a52-4b5e-9d43-0d4f6f1c2b11"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "monday"


def destroy(project: Project) -> None:
    with connect(project.database_url) as connection:
        connection.execute("drop schema if exists weir cascade; drop schema if exists dagster cascade")
    shutil.rmtree(project.folder / "lake", ignore_errors=True)


def counts(project: Project) -> tuple[int, ...]:
    """Documents, accepted ones, events, published ones, lines that were delivered."""
    with connect(project.database_url) as connection:
        row = connection.execute(
            "select (select count(*) from weir.documents),"
            " (select count(*) from weir.documents where status = 'accepted'), count(*), count(published_at)"
            " from weir.outbox"
        ).fetchone()
    assert row is not None
    return (*row, len(project.delivered()))


def test_after_a_restore_and_a_run_all_adds_up(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run, backup, go on, destroy, restore, run: what came after the backup is done again and delivered once."""
    project.drop("a.txt", A)
    project.drop("b.txt", B)
    project.run()
    assert main(["backup", str(folder)]) == 0
    assert "not in it: the inbox" in capsys.readouterr().out
    project.drop("c.txt", C)
    project.run()
    assert counts(project) == (3, 3, 3, 3, 3)
    asked = project.provider.asked
    destroy(project)

    assert main(["restore", str(folder)]) == 0
    assert "lake and ledger agree" in capsys.readouterr().out
    assert counts(project)[:4] == (2, 2, 2, 2)
    project.run()
    assert counts(project) == (3, 3, 3, 3, 3)
    assert project.provider.asked == asked + 1, "answers of before the backup are still there"
    assert main(["lake", "check", FEED]) == 0
    assert Lake.open(str(project.folder / "lake")).search(FEED, next(iter(_doc_ids(project))), "Supplier", 3)


def _doc_ids(project: Project) -> set[str]:
    return set(project.ask(lambda ledger: ledger.documents.current(DAY, FEED)))


def test_what_may_have_left_since_waits_for_a_person(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It left between the backup and the end: tried again under its old id, the sink knows it."""
    project.drop("a.txt", A)
    _run_without_delivering(project)
    assert main(["backup", str(folder)]) == 0
    project.run()
    [line] = project.delivered()
    destroy(project)
    main(["restore", str(folder)])
    assert "1 events may have left after that and are set aside" in capsys.readouterr().out
    project.run()
    assert project.ask(lambda ledger: ledger.outbox.counts(DAY, FEED)).set_aside == 1
    main(["outbox"])
    assert "It may have left after the backup of" in capsys.readouterr().out
    main(["outbox", "--retry"])
    project.run()
    assert project.delivered() == [line]
    assert counts(project) == (1, 1, 1, 1, 1)


def _run_without_delivering(project: Project) -> None:
    """The sink cannot be written while this run lasts."""
    in_the_way = project.folder / "delivered" / f"{FEED}.jsonl"
    in_the_way.mkdir(parents=True)
    project.run()
    in_the_way.rmdir()


def test_what_is_told_after_a_restore_is_newer_than_what_was_forgotten(project: Project, folder: Path) -> None:
    """The place is at its first event again, and downstream had two: newest must win."""
    project.drop("a.txt", A)
    project.run()
    main(["backup", str(folder)])
    for total in ("13", "14"):
        project.drop("a.txt", A.replace("12", total))
        project.run()
    destroy(project)
    main(["restore", str(folder)])
    project.drop("a.txt", A.replace("12", "15"))
    project.run()
    lines = project.delivered()
    assert [line["data"]["total"] for line in lines] == ["12", "13", "14", "15"]
    assert [line["sequence"] for line in lines] == sorted(line["sequence"] for line in lines)
    assert len({line["sequence"] for line in lines}) == 4


def test_nothing_is_restored_over_something(project: Project, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither over a ledger nor over a lake, and not under somebody's feet."""
    project.drop("a.txt", A)
    project.run()
    main(["backup", str(folder)])
    before = counts(project)
    assert main(["restore", str(folder)]) == 1
    assert "is not empty" in capsys.readouterr().err
    shutil.rmtree(project.folder / "lake")
    assert main(["restore", str(folder)]) == 1
    assert "The database is not empty (weir." in capsys.readouterr().err
    assert counts(project) == before
    destroy(project)
    with connect(project.database_url):
        assert main(["restore", str(folder)]) == 1
    assert str(InUse(1)) in capsys.readouterr().err
    assert main(["restore", str(folder)]) == 0
    assert counts(project) == before


def test_an_interrupted_restore_keeps_everything_shut_and_begins_again(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A past that is half told would be delivered again."""
    project.drop("a.txt", A)
    project.run()
    before = counts(project)
    main(["backup", str(folder)])
    destroy(project)
    with connect(project.database_url) as connection:
        connection.execute(f"create schema {MARK}".encode())
    (project.folder / "lake").mkdir()
    shutil.copytree(folder / "lake" / "tables", project.folder / "lake" / "tables")
    shutil.copy(folder / "lake" / "weir-lake.json", project.folder / "lake")
    assert main(["outbox"]) == 1
    assert str(HalfRestored()) in capsys.readouterr().err
    assert main(["restore", str(folder)]) == 0
    assert counts(project) == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is missing or short, a byte that is another, a folder that is none."""
    project.drop("a.txt", A)
    project.run()
    main(["backup", str(folder)])
    backup = open_backup(folder)
    [content] = [path for path in backup.files if path.endswith(".bytes")]
    kept = (folder / content).read_bytes()
    _flip(backup.ledger)
    for damage, words in (
        (lambda: (folder / content).unlink(), "is missing"),
        (lambda: (folder / content).write_bytes(kept[:-1]), f"has {len(kept) - 1} bytes instead of {len(kept)}"),
        (lambda: (folder / content).write_bytes(kept), "is not what was written"),
        (lambda: (folder / "weir-backup.json").write_text("{}"), "cannot be read"),
        (lambda: (folder / "weir-backup.json").unlink(), "there is no weir-backup.json"),
    ):
        damage()
        assert main(["restore", str(folder)]) == 1
        assert words in capsys.readouterr().err
    assert counts(project) == (1, 1, 1, 1, 1)


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def test_each_backup_has_a_folder_of_its_own(
    project: Project, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is there already is left as it is."""
    folder.mkdir(parents=True)
    assert main(["backup", str(folder)]) == 1
    assert f"{folder} is there already" in capsys.readouterr().err
    assert list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_backup_leaves_nothing_that_looks_whole(
    project: Project, folder: Path, number: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    """Told to end it clears up; killed it leaves what no restore takes."""
    project.drop("a.txt", A)
    project.run()
    with connect(project.database_url) as connection, connection.transaction():
        connection.execute("lock table weir.outbox in access exclusive mode")  # pg_dump waits for it
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline_defs", "backup", str(folder)], cwd=ROOT, stderr=subprocess.PIPE
        )
        while not list(folder.parent.glob("monday*")):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        process.communicate(timeout=30)
    assert process.returncode in (128 + number, -number)
    left = list(folder.parent.iterdir())
    assert folder not in left
    assert bool(left) == (number == signal.SIGKILL)
    for each in left:
        assert main(["restore", str(each)]) == 1
        assert "is not a whole backup" in capsys.readouterr().err


def test_runs_that_were_under_way_are_ended(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They would keep their partition from running for ever."""
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
    with dg.DagsterInstance.get() as instance:
        instance.add_run(dg.DagsterRun(job_name="process_partition", run_id=RUN, status=dg.DagsterRunStatus.STARTED))
    main(["backup", str(folder)])
    destroy(project)
    assert main(["restore", str(folder)]) == 0
    with dg.DagsterInstance.get() as instance:
        run = instance.get_run_by_id(RUN)
    assert run is not None
    assert run.status == dg.DagsterRunStatus.CANCELED


def test_the_backup_names_what_it_holds(project: Project, folder: Path) -> None:
    """For whoever finds it in a year."""
    project.drop("a.txt", A)
    project.run()
    main(["backup", str(folder)])
    told = json.loads((folder / "weir-backup.json").read_text())
    assert told["dump"]["rows"]["weir.documents"] == 1
    assert told["files"]["ledger.dump"] == os.path.getsize(folder / "ledger.dump")
