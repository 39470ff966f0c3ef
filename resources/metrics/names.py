"""Every metric there is: its name, kind, labels and meaning. Labels are names of the configuration, never of documents.

So the number of series is bounded by feeds, tenants, endpoints and tasks, whatever flows through.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["gauge", "counter", "histogram"]


@dataclass(frozen=True, slots=True)
class Metric:
    name: str
    kind: Kind
    labels: tuple[str, ...]
    means: str

    @property
    def samples(self) -> tuple[str, ...]:
        """What Prometheus calls its series."""
        endings = {"gauge": ("",), "counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        return tuple(f"{self.name}{ending}" for ending in endings[self.kind])


UP = Metric("weir_up", "gauge", (), "1 if the ledger answered; at 0, nothing else is told.")
LOOK = Metric("weir_look_seconds", "gauge", (), "How long the exporter's last look into the ledger took.")

DOCUMENTS = Metric(
    "weir_documents",
    "gauge",
    ("feed", "status", "cause"),
    "Documents by how they stand now; the cause where they are dead or waiting.",
)
REVIEWS = Metric("weir_review_items", "gauge", ("feed",), "Review items that wait for a person.")
REVIEWS_SINCE = Metric(
    "weir_review_oldest_timestamp_seconds", "gauge", ("feed",), "Since when the oldest open review item waits."
)
LETTERS = Metric("weir_dead_letters", "gauge", ("feed", "cause"), "Dead letters nobody has dealt with.")
LETTERS_SINCE = Metric(
    "weir_dead_letter_oldest_timestamp_seconds", "gauge", ("feed", "cause"), "Since when the oldest of them lies there."
)
WAITING_SINCE = Metric(
    "weir_waiting_oldest_timestamp_seconds",
    "gauge",
    ("feed",),
    "Since when the document that waits longest waits for a provider or for money.",
)
EVENTS = Metric(
    "weir_outbox_events",
    "gauge",
    ("feed", "state"),
    "Events not yet downstream: held by the gate, due, or set_aside for a person.",
)
EVENTS_SINCE = Metric(
    "weir_outbox_oldest_timestamp_seconds", "gauge", ("feed", "state"), "Since when the oldest of them is so."
)
PUBLISHED = Metric("weir_events_published", "counter", ("feed",), "Events that are downstream.")
PUBLISHED_AT = Metric(
    "weir_event_published_timestamp_seconds", "gauge", ("feed",), "When the last event went downstream."
)
GATE = Metric("weir_gate_closed", "gauge", ("feed",), "1 if the gate of the feed's newest partition is closed.")
GATES = Metric("weir_gates_holding_events", "gauge", ("feed",), "Partitions whose closed gate holds events back.")
NIGHT = Metric(
    "weir_night_ended_timestamp_seconds",
    "gauge",
    ("feed",),
    "When the gate checks last looked at the feed's newest partition.",
)
NIGHT_DAY = Metric(
    "weir_night_day_timestamp_seconds", "gauge", ("feed",), "The day of that partition, as its midnight in UTC."
)

ATTEMPTS = Metric(
    "weir_llm_attempts",
    "counter",
    ("endpoint", "task", "outcome", "error"),
    "Requests to providers: ok, rejected (the answer was refused), failed (with the error's class), cached (not sent).",
)
CALLS = Metric("weir_llm_calls", "counter", ("feed", "task"), "Questions asked, with all the attempts each took.")
TOKENS = Metric(
    "weir_llm_tokens",
    "counter",
    ("feed", "endpoint", "kind"),
    "Tokens: input and output; of these cached, cache_write and reasoning.",
)
COST = Metric("weir_llm_cost_usd", "counter", ("feed", "tenant", "endpoint"), "US dollars spent.")
LATENCY = Metric("weir_llm_latency_seconds", "histogram", ("endpoint", "task"), "How long requests took.")
FALLBACKS = Metric(
    "weir_llm_fallbacks", "counter", ("endpoint", "task"), "Requests sent here because another could not be asked."
)
HEDGES = Metric("weir_llm_hedges", "counter", ("endpoint", "task"), "Requests sent here because another was late.")
DEGRADED = Metric("weir_llm_degraded", "counter", ("endpoint", "task"), "Requests to an endpoint that is second best.")
REJECTED = Metric(
    "weir_llm_validation_retries", "counter", ("endpoint", "task"), "Answers that were refused and asked back."
)
CACHED = Metric("weir_llm_cache_hits", "counter", ("feed", "task"), "Questions answered before, at no cost.")

BREAKER = Metric(
    "weir_llm_breaker_state",
    "gauge",
    ("endpoint", "state"),
    "1 for the state an endpoint is in: closed, ramping, open, cooling or quarantined.",
)
BREAKER_SINCE = Metric(
    "weir_llm_breaker_since_timestamp_seconds", "gauge", ("endpoint",), "Since when an endpoint is left alone."
)
LIMIT = Metric("weir_llm_limit", "gauge", ("endpoint", "what"), "What a provider allows in one window.")
LIMIT_WINDOW = Metric("weir_llm_limit_window_seconds", "gauge", ("endpoint", "what"), "The window of that limit.")
LIMIT_USED = Metric("weir_llm_limit_used", "gauge", ("endpoint", "what"), "What was used of it in the last window.")
BUDGET = Metric("weir_budget_limit_usd", "gauge", ("budget", "period"), "US dollars that may be spent.")
BUDGET_SPENT = Metric("weir_budget_spent_usd", "gauge", ("budget", "period"), "US dollars of it that are spent.")

ALL = tuple(each for each in list(globals().values()) if isinstance(each, Metric))
