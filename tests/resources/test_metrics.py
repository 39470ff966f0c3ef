"""The exporter: counters of the ledger, bounded in number, and one word when the ledger is away."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from resources.environment import ROOT
from resources.ledger import Ledger
from resources.ledger.connections import connect
from resources.ledger.figures import BOUNDS_S
from resources.ledger.gate import Seen
from resources.llm.health.breaker import Breaker, Cooling
from resources.llm.health.rows import as_row
from resources.llm.limits.asking import LimitSettings
from resources.llm.limits.meter import charge, first_meter
from resources.llm.limits.row import Row
from resources.metrics import Collector, metrics_server, names
from resources.metrics.collector import FRESH_S
from resources.metrics.providers import breaker_samples, limit_samples
from resources.metrics.reference import PAGE, filled
from tests.resources.outbox_parts import accept, told
from tests.resources.people_parts import NOBODY, PATIENT, arrive, doubted, work
from tests.resources.test_ledger_figures import attempt

Told = dict[str, dict[tuple[tuple[str, str], ...], float]]
NOW_S = 1_800_000_000.0


class Turn:
    """A clock that goes on only when it is told to."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with Ledger.open(database_url) as opened:
        yield opened


@contextmanager
def served(database_url: str, clock: Turn, said: list[str] | None = None) -> Iterator[str]:
    def tell(sentence: str) -> None:
        (said if said is not None else []).append(sentence)

    collector = Collector(lambda: Ledger.open(database_url, size=1), tell, monotonic=clock)
    with closing(collector), closing(metrics_server(collector, "127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.port}"


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - our own http URL
        return str(answer.read().decode())


def scraped(base: str) -> Told:
    """Samples by name and labels, as a reader of the format sees them."""
    told: Told = {}
    for family in text_string_to_metric_families(fetched(f"{base}/metrics")):
        for sample in family.samples:
            told.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return told


def labels(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(values.items()))


def fill(ledger: Ledger, database_url: str) -> None:
    """Something of everything there is a metric for."""
    doubted(ledger, "a", "A")
    arrive(ledger, "b", "B", cause="corrupt")
    arrive(ledger, "c", "C")
    [lease] = ledger.verdicts.claim(work("r2"), "none", "", 10)
    ledger.verdicts.let_wait(work("r2"), lease, NOBODY, PATIENT)
    told(ledger, "d", feed="deals")
    ledger.outbox.publish(lambda batch: None, 10)
    accept(ledger, "e", feed="deals")
    ledger.gate.note("2026-11-19", "deals", Seen("look", False, "no"), ["look"], "run")
    ledger.answers.keep_attempts(
        [
            attempt(latency_s=0.7, input_tokens=100, cached_tokens=40, reasoning_tokens=3),
            attempt(attempt=2, outcome="rejected", latency_s=3.0, hedge=True),
            attempt(
                call_id="c2", outcome="failed", error="rate_limited", fallback=True, degraded=True, latency_s=200.0
            ),
            attempt(call_id="c3", outcome="cached", cache_hit=True, latency_s=0.0, input_tokens=0, cost_usd="0"),
        ]
    )
    row = Row()
    meter = first_meter("requests", LimitSettings(requests_per_minute=60), NOW_S)
    assert meter is not None
    row.meters["requests"] = meter
    opened = as_row(Breaker(phase="open", since_s=NOW_S - 30, for_s=10.0, why="it fails"))
    ledger.board.change(
        {"llm_breakers": ["gpt"], "llm_limits": ["gpt"]},
        lambda rows, now_s: {"llm_breakers": {"gpt": opened}, "llm_limits": {"gpt": row.to_json()}},
    )
    with connect(database_url) as connection:
        connection.execute(
            "insert into weir.llm_budgets (budget, state) select 'feed/quotes/' || period,"
            """ '{"limit_usd": "100", "spent_usd": "12.5"}' from unnest(array['2020-01', to_char(now() at time zone"""
            """ 'UTC', 'YYYY-MM')]) as period"""
        )


def test_every_metric_is_told_and_no_other(ledger: Ledger, database_url: str) -> None:
    """The list of names is what the exporter tells, with these labels and of these kinds."""
    fill(ledger, database_url)
    with served(database_url, Turn()) as base:
        text = fetched(f"{base}/metrics")
    found = {family.name: family for family in text_string_to_metric_families(text)}
    assert set(found) == {each.name for each in names.ALL}
    for each in names.ALL:
        family = found[each.name]
        assert (family.type, family.documentation) == (each.kind, each.means)
        for sample in family.samples:
            assert sample.name in each.samples
            assert set(sample.labels) - {"le"} == set(each.labels)


def test_what_the_ledger_knows_is_what_is_told(ledger: Ledger, database_url: str) -> None:
    """One number of each kind, checked by hand."""
    fill(ledger, database_url)
    with served(database_url, Turn()) as base:
        found = scraped(base)
    gpt = {"endpoint": "gpt", "task": "extract"}
    assert found["weir_llm_attempts_total"] == {
        labels(**gpt, outcome="cached", error=""): 1,
        labels(**gpt, outcome="failed", error="rate_limited"): 1,
        labels(**gpt, outcome="ok", error=""): 1,
        labels(**gpt, outcome="rejected", error=""): 1,
    }
    assert found["weir_llm_calls_total"] == {labels(feed="quotes", task="extract"): 3}
    assert found["weir_llm_validation_retries_total"] == {labels(**gpt): 1}
    assert found["weir_llm_fallbacks_total"] == {labels(**gpt): 1}
    assert found["weir_llm_hedges_total"] == {labels(**gpt): 1}
    assert found["weir_llm_degraded_total"] == {labels(**gpt): 1}
    assert found["weir_llm_cache_hits_total"] == {labels(feed="quotes", task="extract"): 1}
    assert found["weir_llm_tokens_total"][labels(feed="quotes", endpoint="gpt", kind="cached")] == 40
    assert found["weir_llm_cost_usd_total"] == {labels(feed="quotes", tenant="acme", endpoint="gpt"): 0.003}
    assert found["weir_documents"][labels(feed="quotes", status="dead", cause="corrupt")] == 1
    assert found["weir_outbox_events"] == {labels(feed="deals", state="held"): 1}
    assert found["weir_events_published_total"] == {labels(feed="deals"): 1}
    assert (found["weir_gate_closed"], found["weir_gates_holding_events"]) == ({labels(feed="deals"): 1},) * 2
    [(budget, spent)] = found["weir_budget_spent_usd"].items()
    assert (dict(budget)["budget"], spent) == ("feed/quotes", 12.5)


def test_latencies_are_a_histogram(ledger: Ledger, database_url: str) -> None:
    """Each bucket holds all that were faster, the last one all; what was not sent is in none."""
    fill(ledger, database_url)
    with served(database_url, Turn()) as base:
        found = scraped(base)
    buckets = {dict(key)["le"]: value for key, value in found["weir_llm_latency_seconds_bucket"].items()}
    assert list(buckets) == [*map(str, BOUNDS_S), "+Inf"]
    assert (buckets["0.5"], buckets["1.0"], buckets["5.0"], buckets["120.0"], buckets["+Inf"]) == (0, 1, 2, 2, 3)
    assert list(found["weir_llm_latency_seconds_sum"].values()) == [pytest.approx(203.7)]


def test_counters_survive_a_restart_and_a_purge(ledger: Ledger, database_url: str) -> None:
    """They are the ledger's: another exporter tells the same, also when the calls are gone."""
    fill(ledger, database_url)
    with served(database_url, Turn()) as base:
        before = scraped(base)
    with connect(database_url) as connection:
        connection.execute("delete from weir.llm_calls")
    ledger.answers.keep_attempts([attempt(call_id="c9")])
    with served(database_url, Turn()) as base:
        after = scraped(base)
    name, key = "weir_llm_attempts_total", labels(endpoint="gpt", task="extract", outcome="ok", error="")
    assert (before[name][key], after[name][key]) == (1, 2)


def test_a_ledger_that_is_away_is_one_word(ledger: Ledger, database_url: str) -> None:
    """weir_up 0 and nothing stale beside it; said once, and once more when it is back."""
    said: list[str] = []
    clock = Turn()
    away = True

    @contextmanager
    def opened() -> Iterator[Ledger]:
        with Ledger.open(database_url.replace("/test_", "/gone_") if away else database_url, size=1) as ledger:
            yield ledger

    collector = Collector(opened, said.append, monotonic=clock)
    with closing(collector), closing(metrics_server(collector, "127.0.0.1", 0)) as server:
        base = f"http://127.0.0.1:{server.port}"
        for _ in range(2):
            assert scraped(base) == {"weir_up": {(): 0.0}}
            clock.now_s += FRESH_S
        with pytest.raises(urllib.error.HTTPError) as refused:
            fetched(f"{base}/readyz")
        assert refused.value.code == 503
        assert "cannot be reached" in refused.value.read().decode()
        assert '"live": true' in fetched(f"{base}/healthz")
        away = False
        clock.now_s += FRESH_S
        assert scraped(base)["weir_up"] == {(): 1.0}
        assert '"ready": true' in fetched(f"{base}/readyz")
    assert ["cannot be reached" in said[0], *said[1:]] == [True, "The ledger is read."]


def test_a_database_that_goes_away_and_comes_back_is_noticed(
    ledger: Ledger, database_url: str, server_url: str
) -> None:
    """Connections cut while the exporter is up: it says so, opens the ledger anew and goes on."""
    clock, said = Turn(), list[str]()
    name = urlsplit(database_url).path[1:]
    with served(database_url, clock, said) as base, connect(server_url) as connection:
        assert scraped(base)["weir_up"] == {(): 1.0}
        connection.execute(f'alter database "{name}" with allow_connections false')
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])
        clock.now_s += FRESH_S
        assert scraped(base) == {"weir_up": {(): 0.0}}
        connection.execute(f'alter database "{name}" with allow_connections true')
        clock.now_s += FRESH_S
        assert scraped(base)["weir_up"] == {(): 1.0}
    assert [len(said), said[1]] == [2, "The ledger is read."]


def test_who_scrapes_at_once_is_told_the_same(ledger: Ledger, database_url: str) -> None:
    """Two Prometheus servers cost one look; a later scrape sees what is new."""
    looks: list[int] = []
    clock = Turn()

    def opened() -> AbstractContextManager[Ledger]:
        return Ledger.open(database_url, size=1)

    class Counted(Collector):
        def _look(self) -> list[Any]:
            looks.append(1)
            return super()._look()

    collector = Counted(opened, lambda sentence: None, monotonic=clock)
    with closing(collector), closing(metrics_server(collector, "127.0.0.1", 0)) as server:
        base = f"http://127.0.0.1:{server.port}"
        scraped(base), scraped(base)
        assert len(looks) == 1
        ledger.answers.keep_attempts([attempt()])
        clock.now_s += FRESH_S
        assert sum(scraped(base)["weir_llm_calls_total"].values()) == 1


def test_no_label_grows_with_what_flows_through(ledger: Ledger, database_url: str) -> None:
    """A thousand documents and calls make no more series than one."""
    ledger.answers.keep_attempts([attempt(doc_id="d0", run_id="r0")])
    accept(ledger, "p0")
    with served(database_url, Turn()) as base:
        few = {name: len(samples) for name, samples in scraped(base).items()}
    ledger.answers.keep_attempts([attempt(doc_id=f"d{n}", call_id=f"c{n}", run_id=f"r{n}") for n in range(1000)])
    accept(ledger, *(f"p{n}" for n in range(1, 200)))
    with served(database_url, Turn()) as base:
        assert {name: len(samples) for name, samples in scraped(base).items()} == few


def test_a_pause_a_provider_asked_for_is_cooling_until_it_is_over() -> None:
    """Then the endpoint is in use again, whatever its row still says."""
    row = as_row(Breaker(cooling=Cooling(1, NOW_S - 5, 10.0)))
    states = {
        at: [key[1] for metric, key, value in breaker_samples("gpt", row, at) if value == 1]
        for at in (NOW_S, NOW_S + 6)
    }
    assert states == {NOW_S: ["cooling"], NOW_S + 6: ["closed"]}


def test_what_was_used_of_a_limit_fades_with_its_window() -> None:
    """A row nobody touches any more does not claim that its limit is in use."""
    row = Row()
    meter = first_meter("tokens", LimitSettings(tokens_per_minute=6000), NOW_S)
    assert meter is not None
    charge(meter, 500.0, NOW_S)
    row.meters["tokens"] = meter

    def used(at_s: float) -> float:
        return next(
            value for metric, _, value in limit_samples("gpt", row.to_json(), at_s) if metric is names.LIMIT_USED
        )

    assert (used(NOW_S + 1), used(NOW_S + 3600)) == (500.0, 0.0)


def test_a_container_asks_with_a_command(ledger: Ledger, database_url: str) -> None:
    """Exit code 0 where a probe answers 200, else 1 and the reason; it imports nothing but the standard library."""

    def ask(url: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "resources.probes", url]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    with served(database_url, Turn()) as base:
        assert ask(f"{base}/readyz").returncode == 0
        refused = ask(f"{base}/nowhere")
    assert (refused.returncode, "404" in refused.stderr, "/readyz" in refused.stderr) == (1, True, True)
    assert ask(f"{base}/readyz").returncode == 1
    assert ask("readyz").returncode == 2


def test_every_metric_stands_in_the_docs_with_its_meaning() -> None:
    """Whoever changes one writes the page anew: python -m resources.metrics.reference."""
    page = PAGE.read_text(encoding="utf-8")
    assert filled(page) == page
    assert "| `weir_up` |  | 1 if the ledger answered; at 0, nothing else is told. |" in page
