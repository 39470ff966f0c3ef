"""What lasts too long, over all partitions: each check where all is well, where it is not, and by whose limits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assets.checks.check import Check
from assets.checks.conditions import Conditions
from assets.checks.days import DAYS
from assets.checks.endpoints import ENDPOINTS, left_alone
from assets.checks.finding import Finding
from assets.checks.inline import LOOKS
from assets.checks.lake import LAKE, agreement
from assets.checks.standing import STANDING
from assets.lake_check import KINDS, Differences
from extraction.limits import Checks
from resources.ledger import Ledger
from resources.ledger.conditions import ShutEndpoint
from tests.assets.stage import DAY, Stage

Seed = Callable[[Stage], object]
CHECKS = {check.name: check for check in STANDING}
FEED_YAML = """
name: {name}
description: Quotes.
owner: team:x
tenant: x
schema: Quote
checks: {{{limits}: {{warn: 1000000, error: 1000000}}}}
"""


def ago(**how: float) -> datetime:
    return datetime.now(UTC) - timedelta(**how)


def reviews(count: int, **age: float) -> Seed:
    def put(stage: Stage) -> None:
        stage.run(
            "insert into review_items (feed, doc_id, place, date, reasons, created_at) "
            "select %(feed)s, n::text, 'quotes/' || n || '.pdf', %(day)s, '[]', %(at)s "
            "from generate_series(1, %(count)s) n",
            {"feed": stage.name, "day": DAY, "count": count, "at": ago(**age)},
        )

    return put


def waits(count: int, **age: float) -> Seed:
    def put(stage: Stage) -> None:
        stage.documents(count, "waiting")
        stage.run("update documents set waiting_since = %(at)s, cause = 'provider_unavailable'", {"at": ago(**age)})

    return put


def pending(count: int, **age: float) -> Seed:
    def put(stage: Stage) -> None:
        stage.documents(count, "pending")
        stage.run("update documents set status_at = %(at)s", {"at": ago(**age)})

    return put


def closed_gate(held: int, **age: float) -> Seed:
    def put(stage: Stage) -> None:
        values = {"feed": stage.name, "day": DAY, "at": ago(**age), "held": held}
        for table in ("releases", "release_history"):
            stage.run(
                f"insert into {table} (date, feed, state, by, reason, at) "
                "values (%(day)s, %(feed)s, 'closed', 'checks', 'too many reviews', %(at)s)",
                values,
            )
        stage.run(
            "insert into outbox (event_id, feed, date, place, number, doc_id, type) "
            "select gen_random_uuid(), %(feed)s, %(day)s, 'p' || n, 1, 'x', 'record.created' "
            "from generate_series(1, %(held)s) n",
            values,
        )

    return put


def due(count: int, **age: float) -> Seed:
    def put(stage: Stage) -> None:
        stage.run(
            "insert into outbox (event_id, feed, date, place, number, doc_id, type, released_at, released_by, "
            "last_error) select gen_random_uuid(), %(feed)s, %(day)s, 'p' || n, 1, 'x', 'record.created', %(at)s, "
            "'gate', 'the sink is full' from generate_series(1, %(count)s) n",
            {"feed": stage.name, "day": DAY, "count": count, "at": ago(**age)},
        )

    return put


@dataclass(frozen=True)
class Case:
    clean: Seed
    warns: Seed
    fails: Seed
    shows: str


CASES: dict[str, Case] = {
    "no_review_item_waits_too_long": Case(
        reviews(50, hours=71), reviews(1, hours=73), reviews(1, hours=241), "quotes/1.pdf"
    ),
    "no_document_waits_too_long": Case(
        waits(50, hours=5), waits(1, hours=7), waits(1, hours=21), "provider_unavailable"
    ),
    "no_partition_stays_broken": Case(
        closed_gate(5, hours=23), closed_gate(1, hours=25), pending(1, hours=73), f"{DAY}|"
    ),
    "released_events_leave_at_once": Case(
        due(50, seconds=800), due(1, seconds=1000), due(1, seconds=4000), "the sink is full"
    ),
    "the_outbox_is_short": Case(due(1000, seconds=1), due(1001, seconds=1), due(10_001, seconds=1), "the sink is full"),
}


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    with Ledger.open(database_url) as ledger:
        yield Stage(ledger)


def found(stage: Stage, name: str, feeds_dir: Path) -> Finding:
    return STANDING[CHECKS[name]](Conditions(stage.ledger, feeds_dir))


def test_every_check_has_its_cases() -> None:
    """Whoever adds a check says when it passes and when it fails."""
    assert set(CASES) == set(CHECKS)


def test_every_limit_is_of_a_check() -> None:
    """A setting that nobody reads would be a promise nobody keeps."""
    read = {check.limits.removeprefix("checks.") for check in (*LOOKS, *STANDING, DAYS) if check.limits}
    assert read == set(Checks.model_fields)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("how", ["nothing", "clean", "warns", "fails"])
def test_it_is_as_bad_as_what_lasts(stage: Stage, tmp_path: Path, name: str, how: str) -> None:
    """Nothing and little are well; with the limit and the feed in the sentence, who is to blame in the table."""
    if how != "nothing":
        getattr(CASES[name], how)(stage)
    finding = found(stage, name, tmp_path)
    assert finding.severity == {"warns": "WARN", "fails": "ERROR"}.get(how, "none"), finding.sentence
    if not finding.passed:
        assert f"({CHECKS[name].limits} in {stage.name}/feed.yaml)" in finding.sentence
        assert any(CASES[name].shows in cell for row in finding.offenders for cell in row.values())


@pytest.mark.parametrize("name", CASES)
def test_the_limits_are_those_of_the_feed(stage: Stage, tmp_path: Path, name: str) -> None:
    """Another feed's patience is its own affair: each is judged by itself, and the worst stands for all."""
    folder = tmp_path / stage.name
    folder.mkdir()
    limits = CHECKS[name].limits.removeprefix("checks.")
    (folder / "feed.yaml").write_text(FEED_YAML.format(name=stage.name, limits=limits))
    CASES[name].fails(stage)
    assert found(stage, name, tmp_path).passed
    (folder / "feed.yaml").write_text("not: [a feed")
    assert found(stage, name, tmp_path).severity == "ERROR"


@pytest.mark.parametrize("check", [*STANDING, ENDPOINTS, LAKE], ids=lambda check: check.name)
def test_a_check_says_what_to_do_and_where_to_look(stage: Stage, check: Check) -> None:
    """Its query runs as it stands, and it has no partition."""
    assert check.means.endswith(".")
    assert check.remedy.endswith(".")
    assert check.spec().partitions_def is None
    stage.run(check.query, {})


def test_an_event_that_waits_for_its_next_try_is_as_old_as_its_release(stage: Stage, tmp_path: Path) -> None:
    """Trying again does not make it younger."""
    due(1, seconds=1000)(stage)
    stage.run("update outbox set next_attempt_at = now() + interval '1 hour', attempts = 5", {})
    assert found(stage, "released_events_leave_at_once", tmp_path).severity == "WARN"


def test_a_gate_that_holds_nothing_is_nobodys_trouble(stage: Stage, tmp_path: Path) -> None:
    """All of its documents wait for a person or are dead, and those checks speak of them."""
    closed_gate(0, hours=100)(stage)
    assert found(stage, "no_partition_stays_broken", tmp_path).passed


def breaker(stage: Stage, phase: str, for_s: float, idle_s: float = 1.0, endpoint: str = "gpt") -> None:
    """It opened, and opened again after each probe; wanted last so long ago."""
    for each, at in (("closed", for_s + 100), ("open", for_s), (phase, for_s / 2)):
        stage.run(
            "insert into llm_breaker_turns (endpoint, phase, why, at) "
            "values (%(name)s, %(phase)s, 'it is down', %(at)s)",
            {"name": endpoint, "phase": each, "at": ago(seconds=at)},
        )
    stage.run(
        "alter table llm_breakers disable trigger user; "
        f"insert into llm_breakers (endpoint, state, changed_at) values ('{endpoint}', "
        f'\'{{"phase": "{phase}", "why": "it is down"}}\', \'{ago(seconds=idle_s).isoformat()}\')',
        {},
    )


@pytest.mark.parametrize(
    ("phase", "for_s", "idle_s", "severity"),
    [
        ("open", 200.0, 1.0, "none"),
        ("open", 400.0, 1.0, "WARN"),
        ("ramping", 400.0, 1.0, "WARN"),
        ("quarantined", 4000.0, 1.0, "ERROR"),
        ("open", 9000.0, 4000.0, "none"),
        ("closed", 9000.0, 1.0, "none"),
    ],
)
def test_an_endpoint_that_is_left_alone_for_long(
    stage: Stage, phase: str, for_s: float, idle_s: float, severity: str
) -> None:
    """Counted from the first opening, not from the last probe; what nobody wants is shut until somebody does."""
    breaker(stage, phase, for_s, idle_s)
    finding = left_alone(stage.ledger.conditions.shut_endpoints(), ["gpt", "claude"])
    assert finding.severity == severity, finding.sentence
    assert [row["endpoint"] for row in finding.offenders] == ([] if severity == "none" else ["gpt"])


def test_an_endpoint_that_is_not_configured_any_more_is_nobodys() -> None:
    """Its row stays, its trouble went with it."""
    gone = ShutEndpoint("gone", "open", "it is down", 9000.0, 1.0)
    assert left_alone([gone], ["gpt"]).sentence == "0 of 1 endpoints are left alone or tried again"


def test_lake_and_ledger_are_compared_feed_by_feed() -> None:
    """One sentence for all, a row for each example."""
    nothing: dict[str, list[str]] = {kind: [] for kind in KINDS if kind != "copies"}
    well = Differences("a", 5, nothing)
    bad = Differences("b", 5, {**nothing, "missing": ["x"]}, copies=2, places={"x": "b/x.pdf"})
    assert agreement([well]).sentence == "lake and ledger agree on 5 documents"
    finding = agreement([well, bad])
    assert (finding.severity, finding.numbers["missing"], finding.numbers["copies"]) == ("WARN", 1, 2)
    assert list(finding.offenders) == [{"feed": "b", "what": "missing", "document": "b/x.pdf"}]
