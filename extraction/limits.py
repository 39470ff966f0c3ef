"""When a feed's checks warn and when they fail: limits that are right for most feeds, each to be changed by itself."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

OFF = float("inf")


class Limits(BaseModel):
    """Two limits of one number; on a limit is not over it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    warn: float = Field(ge=0, description="Above this the check warns; .inf: never.")
    error: float = Field(ge=0, description="Above this the check fails as an error; .inf: never.")
    min_count: int = Field(ge=1, description="Measured on fewer than this, the number says nothing.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn > self.error:
            raise ValueError(f"warn ({self.warn:g}) is above error ({self.error:g})")
        return self


def _limits(warn: float, error: float, min_count: int, description: str) -> Any:
    return Field(Limits(warn=warn, error=error, min_count=min_count), description=description)


class Checks(BaseModel):
    """The limits of a feed's checks; what is not said stays as it is by default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dead_letters: Limits = _limits(0.05, 0.20, 20, "Share of documents that are dead.")
    without_verdict: Limits = _limits(0.0, 0.50, 1, "Share of documents without a verdict after a run.")
    ungrounded: Limits = _limits(0.0, 0.0, 1, "Share of accepted records with a value that has no place in the text.")
    placeholders: Limits = _limits(0.0, 0.0, 1, "Share of accepted records with a text that stands for no value.")
    equal_vectors: Limits = _limits(0.05, 0.20, 20, "Share of chunks whose vector is that of another text.")
    cut_answers: Limits = _limits(0.05, 0.20, 20, "Share of answers that ended at max_tokens.")
    refused_answers: Limits = _limits(0.30, 0.60, 20, "Share of answers that were sent back because they do not hold.")
    fallbacks: Limits = _limits(0.05, 0.10, 50, "Share of answers that came from an endpoint other than the first.")
    other_models: Limits = _limits(0.0, 0.50, 1, "Share of answers given by a model other than the configured one.")
    failed_calls: Limits = _limits(0.01, 0.10, 100, "Share of attempts that failed, of the worst class of errors.")
    uncached_tokens: Limits = _limits(
        0.70, OFF, 100, "Share of input tokens a provider's cache did not save, where it used to save more."
    )
    p99_s: Limits = _limits(10, 60, 100, "Seconds in which 99 of 100 documents are decided.")
    p95_times_usual: Limits = _limits(2, 10, 20, "p95 of a document, in p95 of the week before.")
    p95_times_p50: Limits = _limits(3, 20, 20, "p95 of a document, in p50 of the same day.")
    tokens_times_usual: Limits = _limits(1.5, 4, 20, "Tokens a document, in those of the week before.")
    times_its_kin: Limits = _limits(10, 100, 20, "Tokens of one document, in those of the feed's usual document.")
    usd_a_document: Limits = _limits(0.10, 0.50, 20, "Dollars a document costs on average.")
    usd_a_day: Limits = _limits(20, 100, 1, "Dollars the documents of a day cost together.")
    review_age_h: Limits = _limits(72, 240, 1, "Hours a review item has been open.")
    waiting_age_h: Limits = _limits(6, 20, 1, "Hours a document has been waiting for a provider.")
    unworked_age_h: Limits = _limits(6, 24, 1, "Hours since the end of a day that was not worked after it ended.")
    broken_age_h: Limits = _limits(24, 72, 1, "Hours a partition has been failed or held back.")
    outbox_age_s: Limits = _limits(900, 3600, 1, "Seconds the oldest due event has been waiting for the sink.")
    outbox_depth: Limits = _limits(1_000, 10_000, 1, "Events that are due.")

    @model_validator(mode="before")
    @classmethod
    def _over_the_defaults(cls, given: Any) -> Any:
        """A limit that is set alone leaves the others of its check as they are."""
        if not isinstance(given, dict):
            return given
        return {
            name: {**_default(cls, name), **each} if isinstance(each, dict) else each for name, each in given.items()
        }


def _default(model: type[BaseModel], name: str) -> dict[str, Any]:
    field = model.model_fields.get(name)
    default = field.default if field else None
    return default.model_dump() if isinstance(default, Limits) else {}
