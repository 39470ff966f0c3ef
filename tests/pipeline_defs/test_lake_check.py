"""Lake and ledger are compared on request, and mended: what is missing is read again, what nobody owns is deleted."""

from hashlib import sha256
from typing import Any

import dagster as dg
import lancedb
import pytest

from pipeline_defs.__main__ import main
from pipeline_defs.definitions import defs
from resources.lake import Lake, LakeDocument
from resources.lake.place import find_place
from tests.pipeline_defs.notes import DAY, FEED, Project

A, B = "Supplier: Nordwerk GmbH\nTotal: 12.50\n", "Supplier: Halden AS\nTotal: 99.00\n"
DOC_A = sha256(A.encode()).hexdigest()


@pytest.fixture
def lake(project: Project) -> Lake:
    project.drop("a.txt", A)
    project.drop("b.txt", B)
    project.run()
    return Lake.open(str(project.folder / "lake"))


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["lake", "check", FEED, *arguments])
    return code, capsys.readouterr().out


def delete(lake: Lake, table: str, where: str) -> None:
    lancedb.connect(find_place(lake.uri).tables_uri).open_table(table).delete(where)


def test_after_a_run_they_agree(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    """Also with an older version and an unreadable file."""
    assert check(capsys) == (0, f"{FEED}: 2 documents, lake and ledger agree\n")


def test_older_versions_have_their_owner(project: Project, lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    """They need not be there, and are not deleted."""
    project.drop("a.txt", A.replace("12.50", "13.50"))
    project.run()
    assert check(capsys, "--repair")[0] == 0
    assert lake.read_bytes(FEED, DOC_A) == A.encode()
    lake.drop(FEED, [DOC_A])
    assert check(capsys)[0] == 0


def test_everything_that_differs_is_told_and_mended(
    project: Project, lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    """Missing, orphaned, cut short, twice: afterwards they agree, and no model was asked anything."""
    asked = project.provider.asked
    lake.drop(FEED, [DOC_A])
    delete(lake, "chunks", f"doc_id <> '{DOC_A}'")
    stranger = LakeDocument(FEED, "stranger", DAY, "x", "text/plain", "p", "text", "[]", b"x")
    lake.put_documents([stranger])
    table = lancedb.connect(find_place(lake.uri).tables_uri).open_table("documents")
    table.add(table.to_arrow())
    code, said = check(capsys)
    assert code == 1
    for line in (
        "1 documents of the ledger that are not in the lake",
        f"{FEED}/{DAY}/a.txt",
        "1 documents whose chunks are missing or not whole",
        "1 documents in the lake that the ledger does not know",
        "2 rows that are there although another one with their key is",
    ):
        assert line in said
    assert check(capsys, "--repair")[0] in (0, 1)  # vectors need a model: the next run makes them
    assert project.run().success
    assert check(capsys) == (0, f"{FEED}: 2 documents, lake and ledger agree\n")
    assert project.provider.asked == asked
    assert len(project.delivered()) == 2


def test_bytes_are_fetched_from_the_inbox_again(
    project: Project, lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    """And where they are not there any more either, that is told."""
    for file in (project.folder / "lake" / "bytes").rglob("*.bytes"):
        file.unlink()
    assert "2 documents whose bytes are not in the lake" in check(capsys)[1]
    assert check(capsys, "--repair")[0] == 0
    assert lake.read_bytes(FEED, DOC_A) == A.encode()
    for file in (project.folder / "lake" / "bytes").rglob("*.bytes"):
        file.unlink()
    (project.folder / "inbox" / FEED / DAY / "a.txt").unlink()
    capsys.readouterr()
    assert main(["lake", "check", FEED, "--repair"]) == 1
    assert f"{FEED}/{DAY}/a.txt: these bytes are neither in the lake nor in the inbox" in capsys.readouterr().err


def test_the_asset_check_says_the_same_of_all_days(project: Project, lake: Lake) -> None:
    """In a job of its own, by the clock: a run of the partition is not burdened with it."""

    def checked() -> dg.AssetCheckEvaluation:
        [found] = project.run("check_lake", partition=None).get_asset_check_evaluations()
        return found

    assert checked().passed
    lake.drop(FEED, [DOC_A])
    found = checked()
    assert (found.passed, found.partition) == (False, None)
    assert found.severity == dg.AssetCheckSeverity.WARN
    assert found.metadata["missing"].value == 1
    offenders: Any = found.metadata["offenders"].value
    assert [dict(row.data)["document"] for row in offenders.records] == [f"{FEED}/{DAY}/a.txt"]
    names = {each.check_name for each in project.run().get_asset_check_evaluations()}
    assert "lake_holds_what_the_ledger_knows" not in names


def test_it_is_part_of_the_surface() -> None:
    """And blocks nothing."""
    [spec] = [
        spec
        for checks in defs.asset_checks or ()
        if isinstance(checks, dg.AssetChecksDefinition)
        for spec in checks.check_specs
        if spec.name == "lake_holds_what_the_ledger_knows"
    ]
    assert not spec.blocking
