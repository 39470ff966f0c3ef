"""The vocabulary of faults: what a rule matches, when it applies and what it does, field by field."""

from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Operation = Literal["chat", "embeddings", "count_tokens", "models"]


class Rule(BaseModel):
    """What every rule says: which requests it is about, and which of those it strikes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str | None = Field(None, description="By this name it is replaced or deleted; else its kind and number.")
    model: str | None = Field(None, description="Only requests for models that match this pattern (* and ?).")
    path: str | None = Field(None, description="Only requests whose path matches this pattern (* and ?).")
    operation: Operation | None = Field(None, description="Only requests of this operation.")
    text: str | None = Field(None, description="Only requests whose messages contain this text, in any case.")
    stream: bool | None = Field(None, description="Only streamed, or only whole answers.")
    nth: tuple[int, ...] | None = Field(None, description="Only these of the requests it is about, from 1.")
    from_nth: int = Field(1, ge=1, description="From this one on of the requests it is about.")
    to_nth: int | None = Field(None, ge=1, description="Up to this one of the requests it is about.")
    every: int = Field(1, ge=1, description="Every so-many-th of them, beginning with `from_nth`.")
    share: float = Field(1.0, ge=0, le=1, description="This share of them, by the seed, the text and its repetition.")
    window_s: tuple[float, float] | None = Field(None, description="From and to, in seconds since the rule was set.")
    times: int | None = Field(None, ge=1, description="It strikes so often and not again.")

    def is_about(self, operation: str, model: str, path: str, stream: bool, text: str) -> bool:
        """Whether a request is one of those the rule is about."""
        return (
            self.operation in (None, operation)
            and self.stream in (None, stream)
            and (self.model is None or fnmatchcase(model, self.model))
            and (self.path is None or fnmatchcase(path, self.path))
            and (self.text is None or self.text.casefold() in text.casefold())
        )

    def counts(self, nth: int) -> bool:
        """Whether the nth of those requests is one the rule may strike."""
        within = self.from_nth <= nth <= (self.to_nth or nth) and (nth - self.from_nth) % self.every == 0
        return nth in self.nth if self.nth is not None else within


class Waiting(Rule):
    """A rule whose error may say when to come back."""

    retry_after_s: float | None = Field(None, ge=0, description="Say to come back after so many seconds.")
    retry_after_form: Literal["seconds", "milliseconds", "date", "both"] = Field(
        "seconds",
        description="`retry-after` as a number or an HTTP date, `retry-after-ms`, or number and ms.",
    )
    should_retry: bool | None = Field(None, description="The value of `x-should-retry`, if it is to be sent.")
    sentence: str | None = Field(None, description="The message of the error instead of the usual one.")


class RateLimited(Waiting):
    """429, too many requests."""

    kind: Literal["rate_limited"]
    limit: int | None = Field(None, ge=1, description="The limit that `x-ratelimit-*` headers report as used up.")


class Status(Waiting):
    """An error status: 500, 502, 503, 504, 529, 401, 403, 408, 413 and so on."""

    kind: Literal["status"]
    status: int = Field(503, ge=400, le=599, description="The status.")


class QuotaExhausted(Waiting):
    """429 that waiting does not cure: the money is spent."""

    kind: Literal["quota_exhausted"]


class ContextTooLong(Waiting):
    """400, the prompt is longer than the model reads."""

    kind: Literal["context_too_long"]


class ContentPolicy(Waiting):
    """400, the prompt offends the provider's policy."""

    kind: Literal["content_policy"]


class RejectPrefill(Waiting):
    """400 for a conversation that ends with an assistant's message."""

    kind: Literal["reject_prefill"]


class ResetConnection(Rule):
    """The connection is reset before any header."""

    kind: Literal["reset"]


class Silence(Rule):
    """The request is accepted and never answered."""

    kind: Literal["silence"]


class MalformedBody(Rule):
    """200 with a body that is no JSON."""

    kind: Literal["malformed_body"]


class Quota(Rule):
    """A published limit: 429 above it, and rate limit headers on every response."""

    kind: Literal["quota"]
    requests: int | None = Field(None, ge=1, description="Requests a window.")
    tokens: int | None = Field(None, ge=1, description="Tokens a window, input and output.")
    per_s: float = Field(60.0, gt=0, description="The window in seconds.")
    shape: Literal["window", "bucket"] = Field("window", description="Refilled when the window ends, or continuously.")
    retry_after: bool = Field(True, description="Say when to come back.")


class SlowFirstToken(Rule):
    """The first token takes long; headers of a stream come at once."""

    kind: Literal["slow_first_token"]
    delay_s: float = Field(20.0, ge=0, description="Seconds before the first token.")


class Stall(Rule):
    """The answer stops in the middle, and the connection stays open."""

    kind: Literal["stall"]
    at: float = Field(0.5, ge=0, le=1, description="After this share of the answer.")
    stall_s: float | None = Field(None, ge=0, description="It goes on after so many seconds; never, if not given.")


class Cut(Rule):
    """The answer ends in the middle."""

    kind: Literal["cut"]
    at: float = Field(0.5, ge=0, le=1, description="After this share of the answer.")
    how: Literal["close", "reset", "end"] = Field(
        "close", description="The connection closes, is reset, or the response ends as if it were complete."
    )


class NoSentinel(Rule):
    """A stream without its last event ([DONE], message_stop)."""

    kind: Literal["no_sentinel"]
    hold_open: bool = Field(False, description="Keep the connection open after the last token.")


class MalformedChunk(Rule):
    """One event of the stream is no JSON."""

    kind: Literal["malformed_chunk"]
    at: float = Field(0.5, ge=0, le=1, description="At this share of the tokens.")


class StreamError(Waiting):
    """An error event in the middle of the stream, after 200."""

    kind: Literal["stream_error"]
    at: float = Field(0.5, ge=0, le=1, description="At this share of the tokens.")
    status: int = Field(529, ge=400, le=599, description="The status the error would have had.")


class Refusal(Rule):
    """The model declines."""

    kind: Literal["refusal"]
    how: Literal["refusal", "content_filter"] = Field("refusal", description="The model's words, or a filter's stop.")
    sentence: str = Field("I'm sorry, I can't help with that request.", description="What it says.")


class InvalidJson(Rule):
    """An answer that is no JSON."""

    kind: Literal["invalid_json"]
    how: Literal["prose", "trailing_comma", "single_quotes", "unclosed"] | None = Field(
        None, description="What is wrong with it; by the seed, if not given."
    )


class TruncatedJson(Rule):
    """An answer cut in the middle of its JSON, with the stop reason of a token limit."""

    kind: Literal["truncated_json"]
    at: float = Field(0.6, ge=0, le=1, description="After this share of the answer.")


class ContentRule(Rule):
    """A rule that changes values of the answer."""

    fields: tuple[str, ...] | None = Field(None, description="Only properties of these names, at any depth.")
    field_share: float = Field(0.3, ge=0, le=1, description="This share of the values, but at least one.")


class MissingFields(ContentRule):
    """Properties are left out."""

    kind: Literal["missing_fields"]


class Placeholders(ContentRule):
    """Strings like "N/A" stand where values should."""

    kind: Literal["placeholders"]
    words: tuple[str, ...] = Field(("N/A", "unknown", "TBD"), min_length=1, description="The placeholders.")


class InventedValues(ContentRule):
    """Values that look right and stand nowhere in the document."""

    kind: Literal["invented_values"]


class Latency(Rule):
    """How long answers take."""

    kind: Literal["latency"]
    distribution: Literal["fixed", "uniform", "lognormal"] = Field("fixed", description="How it varies.")
    seconds: float = Field(0.0, ge=0, description="Fixed: the value; lognormal: the median.")
    low_s: float = Field(0.0, ge=0, description="Uniform: the least.")
    high_s: float = Field(1.0, ge=0, description="Uniform: the most.")
    sigma: float = Field(0.5, ge=0, description="Lognormal: the spread of the logarithm.")
    per_token_s: float = Field(0.0, ge=0, description="And for each token of the answer; streams flow at this pace.")


class Serve(Rule):
    """A model name the list does not hold is served by one it holds."""

    kind: Literal["serve"]
    served_by: str = Field("sandbox-rules-large", alias="as", description="The model that answers.")


Refusing = RateLimited | Status | QuotaExhausted | ContextTooLong | ContentPolicy | RejectPrefill
Blunt = ResetConnection | Silence | MalformedBody
OnlyStreams = NoSentinel | MalformedChunk | StreamError
Streaming = SlowFirstToken | Stall | Cut | OnlyStreams
Spoiling = Refusal | InvalidJson | TruncatedJson | MissingFields | Placeholders | InventedValues
AnyRule = Annotated[Refusing | Blunt | Streaming | Spoiling | Quota | Latency | Serve, Field(discriminator="kind")]

RULE: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
RULES: TypeAdapter[list[AnyRule]] = TypeAdapter(list[AnyRule])
