"""Seven nights as real runs, with trouble on three of them: who is told what, how often, and what was paid.

The ticks are evaluated at their scheduled times; the runs, the checks, the alerts and their receiver are real.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipeline_defs.alerts.sensors import failed_checks, failed_runs
from pipeline_defs.definitions import defs
from pipeline_defs.schedules import nightly
from resources.ledger.connections import connect
from tests.listeners import Receiver, a_receiver
from tests.pipeline_defs.notes import FEED_YAML, SCHEMA, Project
from tests.provider import Provider, serve

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]  # thirty-odd runs, each with all its assets and checks

FEEDS = ("deals", "supplier_messages", "supplier_quotes")  # names the code location knows
MONDAY = date(2026, 11, 9)
NIGHTS = [MONDAY + timedelta(days=day) for day in range(7)]
OUTAGE, BAD_PROMPT, BROKEN_FILES = NIGHTS[2], NIGHTS[3], NIGHTS[5]
DOCUMENTS = 20  # a feed and night: enough for every check to speak
PROMPT = "Read the note. A value it does not state is null."
GUESS = "Read the note. Guess what it does not state."
LLM = """
endpoints:
  - {{name: first, provider: openai, model: own-model-1, base_url: "{first}", timeouts: {{attempt_s: 30}},
     limits: {{requests_per_minute: 60000, tokens_per_minute: 60000000}},
     price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 2}}}}
  - {{name: second, provider: openai, model: own-model-2, base_url: "{second}", timeouts: {{attempt_s: 30}},
     limits: {{requests_per_minute: 60000, tokens_per_minute: 60000000}},
     price: {{input_usd_per_mtok: 1, output_usd_per_mtok: 2}}}}
routes:
  - {{task: extract, steps: [{{endpoint: first}}, {{endpoint: second}}], attempts_per_endpoint: 1, max_attempts: 4,
     deadline_s: 60}}
"""
# How long a loaded machine takes is no part of the script.
NEVER = "{warn: .inf, error: .inf, min_count: 20}"
CHECKS = f"""
checks:
  fallbacks: {{warn: 0.05, error: 0.10, min_count: 20}}
  p99_s: {NEVER}
  p95_times_usual: {NEVER}
  p95_times_p50: {NEVER}
"""
_HEAD = re.compile(r"^(FAILED|RECOVERED|WORSE)(?: \((\w+)\))? (\S+) of (\S+)", re.MULTILINE)


@dataclass
class Week:
    project: Project
    first: Provider
    second: Provider
    receiver: Receiver
    asked_for: list[str] = field(default_factory=list)

    def drop(self, day: date, feed: str, text: str, name: str = "note-{}.txt") -> None:
        folder = self.project.folder / "inbox" / feed / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(DOCUMENTS):
            (folder / name.format(number)).write_text(text.format(feed=feed, day=day, number=number))

    def night(self, day: date) -> None:
        """The tick at a quarter past two of the day after, the runs it asks for, the ticks of the alerts."""
        tick = datetime(day.year, day.month, day.day, 2, 15, tzinfo=UTC) + timedelta(days=1)
        asked: Any = nightly(dg.build_schedule_context(scheduled_execution_time=tick))
        for request in asked:
            assert request.run_key not in self.asked_for
            self.asked_for.append(request.run_key)
            self.run(request.partition_key)
        self.tell()

    def run(self, partition: str) -> bool:
        job = defs.resolve_job_def("process_partition")
        done = job.execute_in_process(partition_key=partition, instance=self.project.instance, raise_on_error=False)
        return done.success

    def tell(self) -> None:
        for sensor in (failed_checks, failed_runs):
            with dg.build_sensor_context(self.project.instance, repository_def=defs.get_repository_def()) as context:
                sensor(context)

    def told(self) -> Counter[tuple[str, str, str, str]]:
        """Kind, severity, check and feed of each alert since this was asked last."""
        found: Counter[tuple[str, str, str, str]] = Counter()
        for text in self.receiver.texts:
            feed = next(name for name in (*FEEDS, "weir") if f"] {name}:" in text.splitlines()[0])
            found.update((kind, severity, what, feed) for kind, severity, what, _ in _HEAD.findall(text))
        self.receiver.posts.clear()
        return found

    def failing(self, day: date) -> dict[tuple[str, str], str]:
        """The checks that do not pass for a night, by check and feed, with their severity."""
        found: dict[tuple[str, str], str] = {}
        log = self.project.instance.event_log_storage
        for record in log.get_event_records(dg.EventRecordsFilter(dg.DagsterEventType.ASSET_CHECK_EVALUATION)):
            event = record.event_log_entry.dagster_event
            assert event
            seen = event.asset_check_evaluation_data
            when, _, feed = str(seen.partition).partition("|")
            if when == day.isoformat() and (seen.check_name, feed) not in found:  # the newest comes first
                found[seen.check_name, feed] = "" if seen.passed else seen.severity.value
        return {key: severity for key, severity in found.items() if severity}

    @property
    def asked(self) -> int:
        return self.first.asked + self.second.asked


@pytest.fixture
def week(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Week]:
    for name in FEEDS:
        folder = tmp_path / "feeds" / name
        folder.mkdir(parents=True)
        (folder / "feed.yaml").write_text(FEED_YAML.replace("supplier_quotes", name).replace("tests", name) + CHECKS)
        (folder / "schema.py").write_text(SCHEMA)
        (folder / "prompt.md").write_text(PROMPT)
    with serve() as first, serve() as second, a_receiver() as receiver, dg.DagsterInstance.ephemeral() as instance:
        (tmp_path / "llm.yaml").write_text(LLM.format(first=first.url, second=second.url))
        for variable, value in {
            "DATABASE_URL": database_url,
            "LAKE_URI": str(tmp_path / "lake"),
            "INBOX_URI": str(tmp_path / "inbox"),
            "DELIVERY_URL": str(tmp_path / "delivered"),
            "FEEDS_DIR": str(tmp_path / "feeds"),
            "LLM_CONFIG": str(tmp_path / "llm.yaml"),
            "ALERT_WEBHOOK_URL": receiver.url,
        }.items():
            monkeypatch.setenv(variable, value)
        yield Week(Project(tmp_path, first, database_url, instance), first, second, receiver)


NOTE = "Supplier: Nordwerk GmbH\nTotal: {number}.50\n\nNote {number} of {feed}, {day}.\n"
BROKEN = "%PDF-1.7\nthis is no more than the beginning of file {number} of {feed}, {day}"
FALLBACK, REVIEW, DEAD = (
    "few_answers_come_from_a_fallback",
    "manual_review_rate_within_threshold",
    "few_documents_are_dead",
)
REFUSED, TOKENS = "few_answers_have_to_be_asked_for_again", "documents_take_their_usual_tokens"


def test_a_week_of_nights(week: Week) -> None:
    """Each failure is told once, each recovery once, nothing else; nothing is paid for or delivered twice."""
    for day in NIGHTS:
        for feed in FEEDS:
            broken = day == BROKEN_FILES and feed == "supplier_messages"
            week.drop(day, feed, BROKEN if broken else NOTE, "note-{}.pdf" if broken else "note-{}.txt")
    quotes = week.project.folder / "feeds" / "deals" / "prompt.md"

    for day in NIGHTS[:2]:  # all is well
        week.night(day)
        assert (week.failing(day), week.told()) == ({}, Counter())

    week.first.status = 503  # the first choice is down all night, and another takes over
    week.night(OUTAGE)
    assert week.failing(OUTAGE) == {(FALLBACK, feed): "ERROR" for feed in FEEDS}
    assert week.told() == Counter(("FAILED", "ERROR", FALLBACK, feed) for feed in FEEDS)
    week.first.status = 200
    _open_all_doors(week)

    quotes.write_text(GUESS)  # somebody edits a prompt: the model invents what stands nowhere
    week.first.spoil_when = ("Guess what", {"total": "777.77"})
    week.night(BAD_PROMPT)
    bad = {(check, "deals"): "ERROR" for check in (REVIEW, REFUSED, TOKENS)}
    assert week.failing(BAD_PROMPT) == bad
    told = week.told()
    assert told == Counter(
        [("RECOVERED", "", FALLBACK, feed) for feed in FEEDS]
        + [("FAILED", severity, check, feed) for (check, feed), severity in bad.items()]
    )
    assert week.project.delivered_of("deals", BAD_PROMPT) == []

    quotes.write_text(PROMPT)  # and mends it in the morning
    assert week.run(f"{BAD_PROMPT}|deals")
    week.tell()
    assert week.failing(BAD_PROMPT) == {}
    assert week.told() == Counter(("RECOVERED", "", check, "deals") for check, _ in bad)

    week.night(NIGHTS[4])
    assert (week.failing(NIGHTS[4]), week.told()) == ({}, Counter())

    week.night(BROKEN_FILES)  # a sender's disk was full
    bad = {(REVIEW, "supplier_messages"): "ERROR", (DEAD, "supplier_messages"): "ERROR"}
    assert week.failing(BROKEN_FILES) == bad
    assert week.told() == Counter(("FAILED", severity, check, feed) for (check, feed), severity in bad.items())

    folder = week.project.folder / "inbox" / "supplier_messages" / BROKEN_FILES.isoformat()
    for file in folder.iterdir():
        file.unlink()
    week.drop(BROKEN_FILES, "supplier_messages", NOTE)  # they are sent again
    assert week.run(f"{BROKEN_FILES}|supplier_messages")
    week.tell()
    assert week.failing(BROKEN_FILES) == {}
    assert week.told() == Counter(("RECOVERED", "", check, "supplier_messages") for check, _ in bad)

    week.night(NIGHTS[6])
    assert (week.failing(NIGHTS[6]), week.told()) == ({}, Counter())

    _nothing_twice(week)


def _open_all_doors(week: Week) -> None:
    """The day goes by: what a breaker waited for is over."""
    with connect(week.project.database_url) as connection:
        connection.execute("delete from weir.llm_breakers")


def _nothing_twice(week: Week) -> None:
    """One question a document, but for the prompt that was bad; one event a document; a second week asks nothing."""
    documents = len(NIGHTS) * len(FEEDS) * DOCUMENTS
    with connect(week.project.database_url) as connection:
        rounds = connection.execute(
            "select count(*) from weir.llm_calls where outcome = 'rejected' or (outcome = 'ok' and prompt_version in "
            "(select prompt_version from weir.llm_calls where outcome = 'rejected'))"
        ).fetchone()
        statuses = connection.execute(
            "select status, count(*) from weir.documents where status <> 'superseded' group by 1"
        ).fetchall()
    assert statuses == [("accepted", documents)]
    assert rounds
    assert week.asked - rounds[0] == documents
    events = [event for feed in FEEDS for event in week.project.delivered_of(feed)]
    assert Counter(event["type"] for event in events) == {"record.created": documents}
    assert len({event["subject"] for event in events}) == documents
    before = week.asked
    for day in (OUTAGE, BAD_PROMPT, BROKEN_FILES):
        for feed in FEEDS:
            assert week.run(f"{day}|{feed}")
    week.tell()
    assert week.asked == before
    assert [event for feed in FEEDS for event in week.project.delivered_of(feed)] == events
    assert week.told() == Counter()
