"""What the checks of a partition cost while the ledger holds a million calls, beside the same without their index.

    python -m benchmarks.checks [--calls 1000000] [--documents 2000]

The week before has as many documents a day, each with twenty values of evidence; the rest are other feeds' and days'.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel

from assets.checks.conditions import Conditions
from assets.checks.inline import LOOKS
from assets.checks.scene import Scene
from assets.checks.standing import STANDING
from assets.partitions import Partition
from extraction.feed import Feed, FeedSettings
from extraction.parsing import PARSER_VERSION
from resources.embedded import hold_postgres, release
from resources.lake import Lake, LakeChunk, LakeDocument, LakeVector
from resources.ledger import Ledger
from resources.ledger.connections import Connection, connect

ROUNDS = 5
DAY, FEED = date(2026, 11, 19), "quotes"
CHUNK, CHUNKS, DIMENSION = 900, 4, 256

_OTHERS = """
insert into weir.llm_calls (call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
                            prompt_version, outcome, input_tokens, output_tokens, cost_usd, latency_s, started_at)
select 'c' || n, 1, 'run-' || n / 3000, 'extractions', (%(day)s::date - 10 - n %% 365)::text || '|feed-' || n %% 5,
       'feed-' || n %% 5, 't', 'd' || n, 'gpt', 'gpt-9', 'extract', 'p', 'ok', 1000 + n %% 500, 200, 0.001, 2,
       now() - make_interval(days => n %% 365)
from generate_series(1, %(calls)s) n
"""
_WEEK = """
with one as (
    select %(feed)s::text as feed, %(day)s::date - ago as date, md5(ago || '-' || n) as id,
           %(feed)s || '/' || ago || '/' || n as place, n
    from generate_series(0, 7) ago, generate_series(1, %(documents)s) n
), placed as (
    insert into weir.places (place, feed, date, mark) select place, feed, date, 'm' from one
), arrived as (
    insert into weir.documents (feed, place, doc_id, date, status, first_verdict, bytes)
    select feed, place, id, date, 'accepted', 'accepted', 1 from one
), extracted as (
    insert into weir.extractions (feed, doc_id, place, date, verdict, record, evidence, endpoint, version,
                                  schema_version, prompt_version, route_version, latency_s)
    select feed, id, place, date, 'accepted',
           jsonb_build_object('supplier', 'Supplier ' || n, 'lines', (
               select jsonb_agg(jsonb_build_object('article', 'A' || l, 'price', l)) from generate_series(1, 10) l)),
           (select jsonb_agg(jsonb_build_object('path', 'lines[' || l || '].price', 'value', l, 'grounded', true,
                             'quote', repeat('x', 40), 'reason', 'it is printed', 'start', l, 'end', l + 40))
            from generate_series(1, 20) l),
           'gpt', 'v', 's', 'p', 'r', 1 + n %% 3 from one
), told as (
    insert into weir.outbox (event_id, feed, date, place, number, doc_id, type, released_at, released_by, published_at)
    select id::uuid, feed, date, place, 1, id, 'record.created', now(), 'gate', now() from one
)
insert into weir.llm_calls (call_id, attempt, run_id, asset, partition, feed, tenant, doc_id, endpoint, model, task,
                            prompt_version, outcome, input_tokens, output_tokens, cost_usd, latency_s, started_at)
select 'w' || id || t, 1 + t, 'run', 'extractions', date::text || '|' || feed, feed, 't', id, 'gpt', 'gpt-9',
       'extract', 'p', case when t = 1 then 'rejected' else 'ok' end, 1000 + n %% 500, 200, 0.001, 2,
       date + interval '1 day'
from one, generate_series(0, 1) t where t = 0 or n %% 4 = 0
"""


class Line(BaseModel):
    article: str
    price: float


class Quote(BaseModel):
    supplier: str
    lines: list[Line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--documents", type=int, default=2_000)
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="weir-bench-") as folder:
        Path(folder).chmod(0o755)
        url = hold_postgres(Path(folder))
        with Ledger.open(url) as ledger, connect(url) as connection:
            _fill(connection, {"calls": chosen.calls, "documents": chosen.documents, "day": DAY, "feed": FEED})
            lake = Lake.open(str(Path(folder) / "lake"))
            _fill_lake(lake, ledger)
            _measure(ledger, lake, connection, chosen)
        release()


def _fill(connection: Connection, values: dict[str, Any]) -> None:
    for statement in (_OTHERS, _WEEK):
        connection.execute(statement.encode(), values)
    connection.execute("vacuum analyze")


def _fill_lake(lake: Lake, ledger: Ledger) -> None:
    places = ledger.documents.current(str(DAY), FEED)
    text = "".join(f"{at:>{CHUNK}}" for at in range(CHUNKS))
    lake.put_documents(
        [
            LakeDocument(FEED, doc_id, str(DAY), place, "text/plain", PARSER_VERSION, text, "[]", b"x")
            for doc_id, place in places.items()
        ]
    )
    chunks = [_chunk(doc_id, at, text) for doc_id in places for at in range(CHUNKS)]
    lake.put_chunks(chunks)
    vector = [0.0] * DIMENSION
    rows = [
        LakeVector(each.chunk_id, FEED, each.doc_id, str(DAY), [float(each.position + 1), *vector[1:]])
        for each in chunks
    ]
    lake.put_vectors("embedder", rows)
    lake.optimize(always=True)


def _chunk(doc_id: str, at: int, text: str) -> LakeChunk:
    start, end = at * CHUNK, (at + 1) * CHUNK
    return LakeChunk(
        f"{doc_id}.{at}", FEED, doc_id, str(DAY), at, start, end, "page 1", text[start:end], PARSER_VERSION
    )


def _measure(ledger: Ledger, lake: Lake, connection: Connection, chosen: argparse.Namespace) -> None:
    settings = FeedSettings.model_validate({"retrieval": {"embed": True}})
    feed = Feed(FEED, "Quotes.", "team:x", "t", Path(FEED), Quote, "Read.", settings, "s", "p")

    def scene() -> Scene:
        return Scene(feed, ledger, Partition(str(DAY), FEED), lake, {"gpt": "gpt-9"}, "embedder")

    for check, look in LOOKS.items():
        finding = look(scene())
        assert not finding.sentence.startswith("this could not"), finding.sentence
        print(f"{_timed_ms(lambda look=look: look(scene())):>9.1f} ms  {check.name}: {finding.sentence[:70]}")  # type: ignore[misc]
    together_ms = _timed_ms(lambda: _all(scene()))
    print(
        f"{together_ms:>9.1f} ms  all {len(LOOKS)} of a partition, numbers shared; "
        f"{together_ms / chosen.documents:.3f} ms a document"
    )
    conditions = Conditions(ledger, Path("feeds"))
    standing_ms = _timed_ms(lambda: [look(conditions) for look in STANDING.values()])
    print(f"{standing_ms:>9.1f} ms  all {len(STANDING)} standing conditions")
    connection.execute("drop index weir.llm_calls_of_partition")
    bare_ms = _timed_ms(lambda: _all(scene()), rounds=1)
    print(f"{bare_ms:>9.1f} ms  the checks of the partition without their index; ratio {together_ms / bare_ms:.3f}")


def _all(scene: Scene) -> None:
    for look in LOOKS.values():
        look(scene)


def _timed_ms(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    took = []
    for _ in range(rounds):
        begun_s = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - begun_s))
    return statistics.median(took)


if __name__ == "__main__":
    main()
