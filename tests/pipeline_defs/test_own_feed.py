"""A feed in a folder elsewhere, against a provider at a base URL, by the commands a Dagster user types."""

import json

from tests.elsewhere import KEY, Elsewhere


def test_a_feed_of_ones_own_is_delivered_and_its_limits_hold(elsewhere: Elsewhere) -> None:
    """Three files in a folder make a feed; its results stand in the tables and in the sink."""
    elsewhere.drop("one.txt", "Note number: DN-1\nDelivered on: 2026-11-17\nOrder number: PO-7\n")
    elsewhere.drop("two.txt", "Note number: DN-2\nDelivered on: 2026-11-18\n")
    ended = elsewhere.materialize()
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "Warning" not in ended.stderr
    assert elsewhere.rows("select verdict, record ->> 'note_number', endpoint from weir.extractions order by 2") == [
        ("accepted", "DN-1", "gpt-mini"),
        ("accepted", "DN-2", "gpt-mini"),
    ]
    assert elsewhere.rows("select count(*) from weir.outbox where published_at is not null") == [(2,)]
    assert sorted(str(event["subject"]) for event in elsewhere.delivered()) == [
        "delivery_notes/2026-11-20/one.txt",
        "delivery_notes/2026-11-20/two.txt",
    ]
    _a_closed_gate(elsewhere)


def _a_closed_gate(elsewhere: Elsewhere) -> None:
    """One bad note more: a third of the documents need a person, over the feed's limit; nothing new leaves."""
    elsewhere.drop("three.txt", "Note number: DN-3\nnothing about the day\n")
    elsewhere.drop("four.txt", "Note number: DN-4\nDelivered on: 2026-11-19\n")
    elsewhere.drop("five.txt", "no number here\nDelivered on: 2026-11-19\n")
    assert elsewhere.materialize().returncode == 1
    assert elsewhere.rows("select state from weir.releases") == [("closed",)]
    assert len(elsewhere.delivered()) == 2


def test_the_habits_of_a_dagster_user_work(elsewhere: Elsewhere) -> None:
    """`dg` checks, lists and launches; warnings that are not the user's are silent."""
    elsewhere.drop("one.txt", "Note number: DN-1\nDelivered on: 2026-11-17\n")
    checked = elsewhere.dagster("dg", "check", "defs")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    listed = elsewhere.dagster("dg", "list", "defs", "--json")
    assert {asset["asset_key"] for asset in json.loads(listed.stdout)["assets"]} == {
        *("documents", "chunks", "embeddings", "extractions", "deliveries", "gold_scores"),
        *("llm_usage", "provider_health", "service_levels"),
    }
    launched = elsewhere.dagster("dg", "launch", "--assets", "group:pipeline", "--partition", KEY)
    assert launched.returncode == 0, launched.stderr[-2000:]
    assert len(elsewhere.delivered()) == 1
