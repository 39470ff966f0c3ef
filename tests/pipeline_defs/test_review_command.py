"""`python -m pipeline_defs review` and `letters`: what needs a person, decided with sentences, once."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline_defs.__main__ import main
from tests.pipeline_defs.notes import DAY, FEED, Project


@pytest.fixture
def item_id(project: Project) -> int:
    """A note with an invented supplier, in review."""
    project.provider.spoil = {"supplier": "Nobody Inc"}
    project.drop("a.txt", "Supplier: Nordwerk GmbH\nTotal: 12.50\n")
    project.run()
    [item] = project.ask(lambda ledger: ledger.review.items())
    return int(item.item_id)


def say(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main([str(each) for each in arguments])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def record(project: Project) -> Any:
    return [event["data"] for event in delivered(project)]


def delivered(project: Project) -> list[dict[str, Any]]:
    project.run("process_partition")
    return project.delivered()


def test_items_are_listed_and_shown_with_all_that_is_known(
    project: Project, item_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reasons, proposal, evidence, and what was asked and answered last."""
    code, listed = say(capsys, "review", "list", "--feed", FEED)
    assert code == 0
    assert f"{item_id}  {DAY}|{FEED}  {FEED}/{DAY}/a.txt" in listed
    assert "supplier: 'Nobody Inc' was not found in the document" in listed
    _, shown = say(capsys, "review", "show", item_id)
    assert '"supplier": "Nobody Inc"' in shown
    assert "Supplier: Nordwerk GmbH" in shown.partition("last asked of")[2]
    _, stated = say(capsys, "review", "show", item_id, "--json")
    assert json.loads(stated)["record"] == {"supplier": "Nobody Inc", "total": "12.50"}


def test_an_approved_record_leaves_once(project: Project, item_id: int, capsys: pytest.CaptureFixture[str]) -> None:
    """The second is told who was first."""
    code, said = say(capsys, "review", "approve", item_id, "--by", "ada")
    assert (code, said) == (0, f"{FEED}/{DAY}/a.txt is accepted; its event is released\n")
    code, said = say(capsys, "review", "reject", item_id, "--by", "bob", "--reason", "no")
    assert code == 1
    assert f"Review item {item_id} ({FEED}/{DAY}/a.txt) was approved by ada at" in said
    assert record(project) == [{"supplier": "Nobody Inc", "total": "12.50"}]


def test_single_values_are_corrected_and_join_the_gold(
    project: Project, item_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exported on request, beside what is there; a second export changes nothing."""
    code, _ = say(capsys, "review", "correct", item_id, "--set", "supplier=Nordwerk GmbH")
    assert code == 0
    assert record(project) == [{"supplier": "Nordwerk GmbH", "total": "12.50"}]
    code, said = say(capsys, "gold", FEED, "--export")
    assert code == 0
    assert said.startswith("1 documents joined")
    gold = project.folder / "feeds" / FEED / "gold"
    assert (gold / "docs" / "a.txt").read_text().startswith("Supplier: Nordwerk")
    assert json.loads((gold / "labels.jsonl").read_text()) == {
        "doc": "a.txt",
        "fields": {"supplier": "Nordwerk GmbH", "total": "12.50"},
    }
    assert say(capsys, "gold", FEED, "--export")[1].startswith("0 documents joined")


def test_a_whole_record_is_given_in_a_file(
    project: Project, item_id: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what is no record is refused in a sentence."""
    file = tmp_path / "record.json"
    file.write_text("[]")
    assert "holds no record (it holds no JSON object)" in say(capsys, "review", "correct", item_id, "--file", file)[1]
    file.write_text('{"supplier": "Nordwerk GmbH", "total": "12.50"}')
    assert say(capsys, "review", "correct", item_id, "--file", file)[0] == 0
    assert record(project) == [{"supplier": "Nordwerk GmbH", "total": "12.50"}]


def test_each_error_of_a_correction_is_a_sentence(
    project: Project, item_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is written."""
    code, said = say(capsys, "review", "correct", item_id, "--set", "supplier=null", "--set", "total=-3")
    assert code == 1
    assert "supplier: Input should be a valid string. total: Input should be greater than 0." in said
    assert project.statuses() == {"review": 1}


def test_a_rejected_document_is_a_letter_with_all_that_was_tried(
    project: Project, item_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cause, attempts, the last question and its answer, and what helps."""
    say(capsys, "review", "reject", item_id, "--reason", "this is no note", "--by", "ada")
    _, listed = say(capsys, "letters")
    assert "rejected: ada rejected it: this is no note" in listed
    letter_id = listed.split()[0]
    _, shown = say(capsys, "letters", letter_id)
    assert "attempts, 0.00" in shown
    assert "own  extract  rejected" in shown
    assert "Supplier: Nordwerk GmbH" in shown.partition("last asked:")[2]
    assert "python -m pipeline_defs replay --id" in shown


@pytest.mark.parametrize("arguments", [["review", "show", "77"], ["letters", "77"]])
def test_what_there_is_not_is_told(project: Project, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """In one sentence."""
    code, said = say(capsys, *arguments)
    assert code == 1
    assert said.startswith("weir: There is no")


def test_a_day_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is opened."""
    with pytest.raises(SystemExit):
        main(["replay", "--date", "yesterday"])
    assert "'yesterday' is no day: write it as 2026-11-19" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["review", "correct", "1"],
            "say what is right with --set or --file; to take the record as it is: review approve",
        ),
        (["review", "reject", "1", "--reason", " "], "it is empty: say why, it is kept"),
        (["replay", "--feed", FEED, "--reason", ""], "it is empty: say why, it is kept"),
        (["replay", "--date", "2026-11-19", "--until", "2026-11-18"], "--until 2026-11-18 is before --date 2026-11-19"),
        (["outbox", "--skip", "entered by hand"], "outbox --skip: say which events"),
        (["outbox", "--skip", "", "0e5b2b4e-7d1f-4a51-9a2c-2f0f3a4a7c11"], "it is empty: say why, it is kept"),
    ],
)
def test_what_nobody_can_mean_is_refused_before_anything_is_opened(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record would leave because somebody forgot half of the command."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["review", "list"], ["letters"], ["replay"]])
def test_a_feed_that_there_is_not_is_told(
    project: Project, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing found would read as if all were well."""
    assert say(capsys, *arguments, "--feed", "suplier_quotes") == (
        1,
        f"weir: There is no feed 'suplier_quotes'; the feeds are {FEED}.\n",
    )


def test_a_file_is_where_the_shell_means_it(
    project: Project, item_id: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not in the project's root, where commands are at home."""
    (tmp_path / "mine.json").write_text(json.dumps({"supplier": "Nordwerk GmbH", "total": "21.00"}))
    monkeypatch.chdir(tmp_path)
    assert say(capsys, "review", "correct", item_id, "--file", "mine.json")[0] == 0
    assert record(project) == [{"supplier": "Nordwerk GmbH", "total": "21.00"}]


def test_the_causes_told_are_those_of_the_letters_listed(
    project: Project, item_id: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a day without letters there is no cause."""
    say(capsys, "review", "reject", item_id, "--reason", "no note")
    assert "1 rejected:" in say(capsys, "letters", "--date", DAY)[1]
    assert "rejected" not in say(capsys, "letters", "--date", "2026-11-18")[1]
    assert "rejected" not in say(capsys, "letters", "--cause", "truncated")[1]
