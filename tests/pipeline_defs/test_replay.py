"""What is named is done again: told first, by runs of its partitions, keeping its history, delivering nothing twice."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pytest

from extraction.document import Document
from extraction.parsing import TooSlow
from pipeline_defs.__main__ import main
from pipeline_defs.definitions import defs
from resources.ledger.connections import connect
from resources.ledger.errors import NothingNamed
from resources.ledger.replays import Which
from tests.pipeline_defs.notes import DAY, FEED, Project

GOOD = "Supplier: Nordwerk GmbH\nTotal: 12.50\n"


def replay(project: Project, **config: Any) -> dg.ExecuteInProcessResult:
    run_config = {"ops": {"replay_named": {"config": {"reason": "for the test", **config}}}}
    job = defs.resolve_job_def("replay_documents")
    return job.execute_in_process(instance=project.instance, run_config=run_config, raise_on_error=False)


def rows(project: Project, query: str) -> list[tuple[Any, ...]]:
    with connect(project.database_url) as connection:
        connection.execute("set search_path to weir")
        return connection.execute(query.encode()).fetchall()


def test_what_got_no_record_is_asked_again_and_is_accepted(project: Project) -> None:
    """Not from the cache; its letter is resolved, its history kept, its record delivered once, others left alone."""
    project.drop("a.txt", GOOD)
    project.run()
    project.provider.finish = "length"
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    project.run()
    assert project.statuses() == {"accepted": 1, "dead": 1}
    project.provider.finish = "stop"
    asked = project.provider.asked
    result = replay(project, causes=["truncated"])
    assert result.success
    assert project.provider.asked == asked + 1
    assert project.statuses() == {"accepted": 2}
    assert rows(project, "select resolution from dead_letters") == [("replayed",)]
    assert rows(project, "select was, was_cause, outcome, by from replays") == [
        ("dead", "truncated", "accepted", "operator")
    ]
    assert rows(project, "select count(*) from extraction_history") == [(1,)]
    subjects = [event["subject"] for event in project.delivered()]
    assert sorted(subjects) == [f"{FEED}/{DAY}/a.txt", f"{FEED}/{DAY}/b.txt"]
    assert replay(project, causes=["truncated"]).success
    assert project.provider.asked == asked + 1


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By command and by job."""
    project.provider.finish = "length"
    project.drop("a.txt", GOOD)
    project.run()
    asked = project.provider.asked
    assert main(["replay", "--cause", "truncated", "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert f"{DAY}|{FEED}: 1 asked about again\n1 documents\nthey cost 0." in said
    assert replay(project, feeds=[FEED], dry_run=True).success
    assert (project.provider.asked, rows(project, "select count(*) from replays")) == (asked, [(0,)])


def test_what_could_not_be_read_is_read_again(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In vain, it has a new letter that says who tried; once it can be read, it goes the whole way."""

    def too_slow(_: object, name: str, content: bytes) -> Document:
        raise TooSlow(name, 1.0)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("assets.reading.Readers.read", too_slow)
        project.drop("a.txt", GOOD)
        project.run()
        assert project.statuses() == {"dead": 1}
        [(cause,)] = rows(project, "select cause from documents")
        assert replay(project, causes=[cause]).success
        assert project.statuses() == {"dead": 1}
        assert rows(project, "select resolution from dead_letters order by letter_id") == [("replayed",), (None,)]
        [(letter_id,)] = rows(project, "select max(letter_id) from dead_letters")
        assert main(["letters", str(letter_id)]) == 0
        assert f"by operator: for the test; dead ({cause}) -> dead" in capsys.readouterr().out
    assert replay(project, causes=[cause]).success
    assert project.statuses() == {"accepted": 1}
    assert len(project.delivered()) == 1
    assert rows(project, "select outcome from replays order by replay_id") == [("dead",), ("accepted",)]


def test_what_an_older_prompt_made_is_made_again_and_equal_values_tell_nobody(project: Project) -> None:
    """Only where another version made it."""
    project.drop("a.txt", GOOD)
    project.run()
    asked = project.provider.asked
    assert replay(project, outdated=True).success
    assert project.provider.asked == asked
    (project.folder / "feeds" / FEED / "prompt.md").write_text("Read the note again, with care. Else null.")
    assert replay(project, outdated=True).success
    assert project.provider.asked == asked + 1
    assert len(project.delivered()) == 1


def test_what_a_person_approved_comes_back_as_an_item(project: Project) -> None:
    """Never overwritten, by whatever is done again."""
    project.provider.spoil = {"supplier": "Nobody Inc"}
    project.drop("a.txt", GOOD)
    project.run()
    [item] = project.ask(lambda ledger: ledger.review.items())
    project.ask(lambda ledger: ledger.review.approve(item.item_id, "ada"))
    project.provider.spoil = {}
    assert replay(project, ids=[f"{FEED}/{DAY}/a.txt"]).success
    [again] = project.ask(lambda ledger: ledger.review.items())
    assert project.ask(lambda ledger: ledger.review.item(again.item_id)).record["supplier"] == "Nordwerk GmbH"
    assert rows(project, "select record ->> 'supplier', approved_by from extractions") == [("Nobody Inc", "ada")]


def test_a_replay_that_meets_an_outage_keeps_the_record_and_is_done_later(project: Project) -> None:
    """The accepted record stays; the document waits for an answer."""
    project.drop("a.txt", GOOD)
    project.run()
    project.provider.status = 503
    result = replay(project, ids=[f"{FEED}/{DAY}/a.txt"])
    assert not result.success
    assert project.statuses() == {"waiting": 1}
    assert rows(project, "select record ->> 'total' from extractions") == [("12.50",)]
    project.provider.status = 200
    assert project.run().success
    assert project.statuses() == {"accepted": 1}
    assert len(project.delivered()) == 1


@pytest.mark.parametrize(
    ("which", "number"),
    [
        (Which(feeds=[FEED]), 1),
        (Which(feeds=[FEED], statuses=["accepted", "dead"]), 2),
        (Which(since=DAY, until=DAY), 1),
        (Which(since="2026-11-20"), 0),
        (Which(until="2026-11-18"), 0),
        (Which(causes=["truncated"]), 1),
        (Which(causes=["encrypted"]), 0),
        (Which(feeds=["deals"], statuses=["accepted"]), 0),
    ],
)
def test_documents_are_meant_by_what_fits_all_that_is_said(project: Project, which: Which, number: int) -> None:
    """The dead, where no status is said."""
    project.drop("a.txt", GOOD)
    project.run()
    project.provider.finish = "length"
    project.drop("b.txt", "Supplier: Halden AS\nTotal: 99.00\n")
    project.run()
    assert len(found(project, which)) == number


def found(project: Project, which: Which) -> Sequence[Any]:
    documents: Sequence[Any] = project.ask(lambda ledger: ledger.replays.find(which))
    return documents


def test_nothing_named_is_refused(project: Project) -> None:
    """Nobody replays everything by leaving words away."""
    with pytest.raises(NothingNamed, match="Say what to replay"):
        found(project, Which())
    assert not replay(project).success


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"dates": ["19.11.2026"]}, "'19.11.2026' is no day: write it as 2026-11-19."),
        ({"statuses": ["failed"]}, "'failed' is no status: it is one of accepted, review, dead, waiting."),
        ({"feeds": ["suplier_quotes"]}, "There is no feed 'suplier_quotes'"),
    ],
)
def test_a_word_that_is_misspelt_in_the_launchpad_is_told(project: Project, config: dict[str, Any], words: str) -> None:
    """Nothing would fit it, and the run would end as if all had been done."""
    result = replay(project, **config)
    assert not result.success
    [failure] = [event for event in result.all_events if event.is_step_failure]
    assert words in str(failure.step_failure_data.error_display_string)


def test_the_beginning_of_an_id_is_more_than_nothing(project: Project) -> None:
    """An empty variable of a script must not have everything done again."""
    project.drop("a.txt", GOOD)
    project.run()
    [document] = found(project, Which(ids=[f"{FEED}/{DAY}/a.txt"]))
    assert len(found(project, Which(ids=[document.doc_id[:6]]))) == 1
    assert found(project, Which(ids=[document.doc_id[:5]])) == []
    assert found(project, Which(ids=[""])) == []
