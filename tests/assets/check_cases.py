"""For each check a partition on which it passes, one on which it fails, and one of which there is too little to say."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from extraction.parsing import PARSER_VERSION
from resources.lake import LakeChunk, LakeDocument, LakeVector
from tests.assets.stage import DAY, WEEK, Stage

Seed = Callable[[Stage], object]
GROUNDED = [{"path": "supplier", "value": "Nordwerk", "grounded": True}]
UNGROUNDED = [{"path": "supplier", "value": "Nirgends", "grounded": False, "reason": "it is not there"}]
TEXT = "Supplier: Nordwerk GmbH\nTotal: 12.50"


@dataclass(frozen=True)
class Case:
    """`few` would fail if there were more of it; `shows` is in a cell of the table of what failed."""

    clean: Seed
    failing: Seed
    severity: Literal["WARN", "ERROR"]
    few: Seed
    shows: str


def nothing(_: Stage) -> None:
    """A partition in which nothing happened."""


def all_of(*seeds: Seed) -> Seed:
    return lambda stage: [seed(stage) for seed in seeds]


def documents(count: int, status: str = "accepted", **more: object) -> Seed:
    return lambda stage: stage.documents(count, status, **more)  # type: ignore[arg-type]


def calls(count: int, **columns: object) -> Seed:
    return lambda stage: stage.calls(count, **columns)  # type: ignore[arg-type]


def a_week_of(seed: Callable[[str], Seed]) -> Seed:
    return all_of(*(seed(day) for day in WEEK))


CUT = {"stop_reason": "length"}
CUT_OFF = {"outcome": "failed", "error": "truncated", "stop_reason": "max_tokens"}
FAILED = {"outcome": "failed", "error": "unavailable", "stop_reason": None}
LIMITED = {"outcome": "failed", "error": "rate_limited", "stop_reason": None}
CALLED_OFF = {"outcome": "failed", "error": "cancelled", "stop_reason": None}
USUAL = a_week_of(lambda day: documents(30, day=day, latency_s=3.0))
USUAL_CALLS = a_week_of(lambda day: calls(30, day=day))
CACHED_BEFORE = a_week_of(lambda day: calls(30, day=day, cached_tokens=600))


def text(chunks: list[tuple[int, int]]) -> Seed:
    """A document in the lake with these chunks of its text."""

    def put(stage: Stage) -> None:
        [doc_id] = stage.documents(1)
        lake = stage.scene.lake
        lake.put_documents(
            [LakeDocument(stage.name, doc_id, DAY, "a.txt", "text/plain", PARSER_VERSION, TEXT, "[]", b"x")]
        )
        lake.put_chunks(
            [
                LakeChunk(
                    f"{doc_id}.{at}", stage.name, doc_id, DAY, at, start, end, "page 1", TEXT[start:end], PARSER_VERSION
                )
                for at, (start, end) in enumerate(chunks)
            ]
        )

    return put


def vectors(*given: tuple[float, float]) -> Seed:
    """A chunk with other words for each of these vectors."""

    def put(stage: Stage) -> None:
        stage.set(retrieval={"embed": True})
        stage.vectors_of = "embedder"
        [doc_id] = stage.documents(1)
        names = [f"{doc_id}.{at}" for at in range(len(given))]
        stage.scene.lake.put_chunks(
            [
                LakeChunk(name, stage.name, doc_id, DAY, at, at, at + 1, "page 1", f"words {at}", PARSER_VERSION)
                for at, name in enumerate(names)
            ]
        )
        rows = [LakeVector(name, stage.name, doc_id, DAY, each) for name, each in zip(names, given, strict=True)]
        stage.scene.lake.put_vectors("embedder", rows)

    return put


def released(count: int, error: str | None = None, set_aside: bool = False) -> Seed:
    """Events that may go; with an error, they did not."""

    def put(stage: Stage) -> None:
        stage.run(
            """insert into outbox (event_id, feed, date, place, number, doc_id, type, released_at, released_by,
                                   published_at, last_error, set_aside_at, attempts)
            select gen_random_uuid(), %(feed)s, %(day)s, %(feed)s || n, 1, 'x', 'record.created', now(), 'gate',
                   case when %(error)s::text is null then now() end, %(error)s,
                   case when %(aside)s then now() end, 3 from generate_series(1, %(count)s) as n""",
            {"feed": stage.name, "day": DAY, "count": count, "error": error, "aside": set_aside},
        )

    return put


def unopened(stage: Stage) -> None:
    stage.unopened = ("'q/a.pdf' cannot be read: give this user the right to.",)


CASES: dict[str, Case] = {
    "every_file_can_be_opened": Case(documents(3), unopened, "WARN", nothing, "q/a.pdf"),
    "chunks_cover_their_text": Case(text([(0, 23), (24, 36)]), text([(0, 10), (24, 36)]), "ERROR", nothing, "Nordwerk"),
    "every_chunk_has_a_vector_of_its_own": Case(
        vectors(*((float(at), 1.0) for at in range(30))),
        vectors(*((float(at), 1.0) for at in range(27)), *[(9.5, 1.0)] * 3),
        "WARN",
        vectors((1.0, 1.0), (1.0, 1.0)),
        "as another text",
    ),
    "few_documents_are_dead": Case(
        all_of(documents(39), documents(1, "dead")),
        all_of(documents(17), documents(3, "dead")),
        "WARN",
        documents(19, "dead"),
        "scan it again",
    ),
    "every_document_has_a_verdict": Case(
        all_of(documents(3), documents(2, "review"), documents(1, "dead")),
        all_of(documents(3), documents(1, "waiting")),
        "WARN",
        nothing,
        "waiting",
    ),
    "every_accepted_value_is_grounded": Case(
        all_of(documents(5, evidence=GROUNDED), documents(1, evidence=UNGROUNDED, approved_by="ada")),
        all_of(documents(5, evidence=GROUNDED), documents(1, evidence=UNGROUNDED)),
        "ERROR",
        documents(3, "review", evidence=UNGROUNDED),
        "Nirgends",
    ),
    "no_accepted_value_is_a_placeholder": Case(
        documents(5, record={"supplier": "Nordwerk", "kind": "N/A"}),
        all_of(documents(5), documents(1, record={"supplier": "N/A"})),
        "ERROR",
        documents(3, "review", record={"supplier": "N/A"}),
        "N/A",
    ),
    "few_answers_are_cut_short": Case(
        all_of(calls(38), calls(1, **CUT), calls(1, **CUT_OFF)),
        all_of(calls(36), calls(2, **CUT), calls(2, **CUT_OFF)),
        "WARN",
        calls(19, **CUT),
        "4",
    ),
    "few_answers_have_to_be_asked_for_again": Case(
        all_of(calls(14), calls(6, outcome="rejected")),
        all_of(calls(7), calls(13, outcome="rejected")),
        "ERROR",
        calls(19, outcome="rejected"),
        "13",
    ),
    "few_answers_come_from_a_fallback": Case(
        all_of(calls(95), calls(5, fallback=True), calls(20, fallback=True, hedge=True)),
        all_of(calls(93), calls(7, fallback=True, endpoint="claude")),
        "WARN",
        calls(49, fallback=True),
        "claude",
    ),
    "few_calls_fail": Case(
        all_of(calls(198), calls(1, **FAILED), calls(1, **LIMITED), calls(30, **CALLED_OFF), calls(30, **CUT_OFF)),
        all_of(calls(98), calls(2, **LIMITED)),
        "WARN",
        calls(99, **FAILED),
        "rate_limited",
    ),
    "the_configured_model_answers": Case(
        all_of(calls(5), calls(5, model="gpt-9-2026-03-17"), calls(5, endpoint="gone", model="whatever")),
        all_of(calls(9), calls(1, model="gpt-9-mini")),
        "WARN",
        nothing,
        "gpt-9-mini",
    ),
    "documents_are_decided_in_time": Case(
        all_of(documents(199), documents(1, latency_s=90.0)),
        all_of(documents(190), documents(10, latency_s=30.0)),
        "WARN",
        documents(99, latency_s=90.0),
        "30 s",
    ),
    "documents_are_as_fast_as_usual": Case(
        all_of(USUAL, documents(30, latency_s=5.9)),
        all_of(USUAL, documents(30, latency_s=6.1)),
        "WARN",
        all_of(USUAL, documents(19, latency_s=60.0)),
        DAY,
    ),
    "few_documents_take_far_longer_than_most": Case(
        all_of(documents(50, latency_s=2.0), documents(5, latency_s=5.9)),
        all_of(documents(50, latency_s=2.0), documents(5, latency_s=7.0)),
        "WARN",
        all_of(documents(10, latency_s=2.0), documents(5, latency_s=70.0)),
        "7 s",
    ),
    "documents_take_their_usual_tokens": Case(
        all_of(USUAL_CALLS, calls(30, input_tokens=1500)),
        all_of(USUAL_CALLS, calls(30, input_tokens=1600)),
        "WARN",
        all_of(USUAL_CALLS, calls(19, input_tokens=16_000)),
        "1,700",
    ),
    "no_document_is_far_larger_than_its_kin": Case(
        all_of(USUAL_CALLS, calls(1, input_tokens=10_900)),
        all_of(USUAL_CALLS, calls(1, input_tokens=11_000), calls(5)),
        "WARN",
        all_of(calls(10), calls(1, input_tokens=50_000)),
        "11,100",
    ),
    "a_document_costs_what_it_may": Case(
        all_of(calls(19, cost_usd="0.02"), calls(1, cost_usd="1.5")),
        calls(20, cost_usd="0.51"),
        "ERROR",
        calls(19, cost_usd="5"),
        "0.5100 USD",
    ),
    "a_day_costs_what_it_may": Case(calls(10, cost_usd="2"), calls(10, cost_usd="2.1"), "WARN", nothing, "2.10 USD"),
    "prompts_are_cached_as_usual": Case(
        all_of(CACHED_BEFORE, calls(100, cached_tokens=300)),
        all_of(CACHED_BEFORE, calls(100, cached_tokens=200)),
        "WARN",
        all_of(CACHED_BEFORE, calls(99)),
        "20%",
    ),
    "every_released_event_is_delivered": Case(
        released(3), all_of(released(1, "the sink is full", set_aside=True)), "ERROR", nothing, "the sink is full"
    ),
}
