"""What a scrape costs when the ledger holds a million calls, beside asking the calls themselves for the same counters.

    python -m benchmarks.metrics [--calls 1000000] [--news 100000] [--documents 200000]

Both halves run on the same embedded server in the same run; a scrape is a whole HTTP request to the exporter.
"""

import argparse
import statistics
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from resources.embedded import hold_postgres, release
from resources.ledger import Ledger
from resources.ledger.connections import Connection, connect
from resources.metrics import Collector, metrics_server
from resources.metrics.collector import FRESH_S

ROUNDS = 7
DAYS = 365
_CALLS = """
insert into weir.llm_calls (call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
                            prompt_version, outcome, error, input_tokens, output_tokens, cost_usd, latency_s,
                            started_at)
select 'c' || n, 1 + n % 2, 'run-' || n / 3000, 'extractions', 'p', 'feed-' || n % 5, 'tenant-' || n % 5, 'd' || n,
       'endpoint-' || n % 4, 'model-' || n % 4, 'extract', 'p1',
       (array['ok', 'ok', 'ok', 'ok', 'ok', 'rejected', 'failed'])[1 + n % 7],
       case when n % 7 = 6 then (array['rate_limited', 'timeout', 'overloaded'])[1 + n % 3] end,
       1000 + n % 500, 200 + n % 90, 0.001, random() * 30, now() - make_interval(days => n % {days})
from generate_series(1, {calls}) n
"""
_NEWS = """
insert into weir.llm_usage_news
select day, feed, tenant, endpoint, model, task, outcome, error, latency_class, 1, 1, 0, 0, 0, 1000, 200, 0, 0, 0,
       0.001, 1
from weir.llm_usage, generate_series(1, 1 + {news} / (select count(*) from weir.llm_usage)) limit {news}
"""
_DOCUMENTS = """
insert into weir.places (place, feed, date, mark)
select 'feed-' || n % 5 || '/' || n, 'feed-' || n % 5, current_date - n % {days}, 'm'
from generate_series(1, {documents}) n;
insert into weir.documents (feed, place, doc_id, date, status, bytes)
select feed, place, md5(place), date, case when random() < 0.1 then 'review' else 'accepted' end, 1 from weir.places;
insert into weir.outbox (event_id, feed, date, place, number, doc_id, type, payload, released_at, released_by,
                         published_at)
select md5(place)::uuid, feed, date, place, 1, md5(place), 'record.created',
       jsonb_build_object('lines', repeat('x', 800)), now(), 'gate', now() from weir.places
"""
_ASKED = (
    "select endpoint, task, outcome, error, count(*) from weir.llm_calls group by 1, 2, 3, 4",
    "select feed, endpoint, sum(input_tokens), sum(output_tokens), sum(cached_tokens), sum(reasoning_tokens)"
    " from weir.llm_calls group by 1, 2",
    "select feed, tenant, endpoint, sum(cost_usd) from weir.llm_calls group by 1, 2, 3",
    "select endpoint, task, weir.llm_latency_class(latency_s), count(*) from weir.llm_calls group by 1, 2, 3",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, number in (("--calls", 1_000_000), ("--news", 100_000), ("--documents", 200_000)):
        parser.add_argument(name, type=int, default=number)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="weir-bench-") as folder:
        Path(folder).chmod(0o755)
        url = hold_postgres(Path(folder))
        with Ledger.open(url) as ledger, connect(url) as connection:
            _fill(connection, chosen)
            print(f"{chosen.calls:,} calls of {DAYS} days, {chosen.documents:,} documents and events")
            _measure(url, ledger, connection, chosen.news)
        release()


def _fill(connection: Connection, chosen: argparse.Namespace) -> None:
    values = {"calls": chosen.calls, "documents": chosen.documents, "days": DAYS}
    connection.execute(_CALLS.format(**values).encode())
    connection.execute(_DOCUMENTS.format(**values).encode())
    connection.execute("vacuum analyze")


def _measure(url: str, ledger: Ledger, connection: Connection, news: int) -> None:
    first_s = _timed(ledger.figures.gather)
    connection.execute(_NEWS.format(news=news).encode())
    behind_s = _timed(ledger.figures.standing)
    catch_up_s = _timed(ledger.figures.gather)
    connection.execute("vacuum analyze weir.llm_usage, weir.llm_usage_news")
    asked_s = [sum(_timed(partial(connection.execute, sql.encode())) for sql in _ASKED) for _ in range(ROUNDS)]
    scraped_s, size = _scrapes(url)
    rows = connection.execute("select count(*) from weir.llm_usage").fetchone()
    print(f"rows of usage                        {rows[0] if rows else 0:>8,}")
    print(f"first gathering of all calls         {first_s:>8.2f} s")
    print(f"figures with {news:,} news unread    {behind_s:>8.2f} s; gathering these {catch_up_s:.2f} s")
    print(f"the counters, asked of the calls     {_told(asked_s)}")
    print(f"a scrape of everything ({size / 1024:.0f} KiB)     {_told(scraped_s)}")
    print(f"ratio                                {statistics.median(scraped_s) / statistics.median(asked_s):>8.3f}")


def _scrapes(url: str) -> tuple[list[float], int]:
    """Each of a moment of its own: the exporter tells what it just told again for a while."""
    clock = iter(range(0, 1_000_000, int(FRESH_S) + 1))
    collector = Collector(lambda: Ledger.open(url, size=1), lambda sentence: None, monotonic=lambda: float(next(clock)))
    with closing(collector), closing(metrics_server(collector, "127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.port}/metrics"
        sizes = [len(_got(address))]
        return [_timed(lambda: sizes.append(len(_got(address)))) for _ in range(ROUNDS)], sizes[-1]


def _got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - our own http URL
        content: bytes = answer.read()
    assert b"\nweir_up 1.0" in content, "the ledger did not answer in time"
    return content


def _timed(work: Callable[[], object]) -> float:
    begun_s = time.perf_counter()
    work()
    return time.perf_counter() - begun_s


def _told(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):>8.3f} s (from {min(seconds):.3f} to {max(seconds):.3f})"


if __name__ == "__main__":
    main()
