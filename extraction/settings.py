"""What a feed may decide for itself, each setting with a default that is right for most feeds."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extraction.limits import Checks, Limits


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Retrieval(_Settings):
    """How much of a long document a question takes along."""

    chunks: int = Field(3, ge=1, le=50, description="Chunks of a long document in which a value is looked for first.")
    widest: int = Field(10, ge=1, le=100, description="Chunks at most, when a required value was not found in fewer.")
    embed: bool = Field(
        False,
        description="Search by meaning, too; it costs an embedding a chunk, and words alone mostly find as much.",
    )
    whole_chars: int = Field(
        12_000,
        ge=0,
        le=1_000_000,
        description="Documents up to this many characters are asked whole, in one call.",
    )
    pass_chars: int = Field(
        48_000,
        ge=1_000,
        le=1_000_000,
        description="Characters at most of one pass when lists are read part by part; fewer where there are many rows.",
    )


class Review(_Settings):
    """When too much manual review closes the gate."""

    warn: float = Field(0.15, ge=0, le=1, description="Share of documents in review or dead that warns.")
    error: float = Field(0.40, ge=0, le=1, description="Share of documents in review or dead that closes the gate.")
    min_documents: int = Field(5, ge=1, description="Below this many verdicts the share says nothing.")

    ungrounded: Literal["any", "required"] = Field(
        "any",
        description="Which values send a document to review when they do not stand in it: any, or required ones.",
    )

    confidence: float = Field(0.0, ge=0, le=1, description="A value less certain than this sends a document to review.")
    confidence_of: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(
        default_factory=dict,
        description="The same for single fields by their path, as lines[].unit_price: what matters may ask for more.",
    )

    def least_confidence(self, path: str) -> float:
        """How certain a value at a path, without row numbers, has to be."""
        return self.confidence_of.get(path, self.confidence)

    @property
    def limits(self) -> Limits:
        """As those of the other checks."""
        return Limits(warn=self.warn, error=self.error, min_count=self.min_documents)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn > self.error:
            raise ValueError(f"warn ({self.warn}) is above error ({self.error})")
        return self


class SecondOpinion(_Settings):
    """A second model for the fields that matter; where it says otherwise, a person decides."""

    task: str = Field(min_length=1, description="Name of the route in LLM_CONFIG whose models give the opinion.")
    fields: tuple[str, ...] = Field(min_length=1, description="The fields of the record that it is asked for.")


class FeedSettings(_Settings):
    """The optional settings of a feed."""

    task: str = Field("extract", min_length=1, description="Name of the route in LLM_CONFIG that answers this feed.")
    lane: Literal["normal", "urgent"] = Field("normal", description="Urgent feeds go on when a budget runs low.")
    max_tokens: int = Field(8_192, ge=64, le=128_000, description="Tokens an answer may have at most.")
    retrieval: Retrieval = Field(default_factory=Retrieval, description="How long documents are searched.")
    review: Review = Field(default_factory=Review, description="Limits of the manual review rate.")
    checks: Checks = Field(default_factory=Checks, description="Limits of the checks that close no gate.")
    second_opinion: SecondOpinion | None = Field(
        None, description="A second model for some fields of what would be accepted; empty: none is asked."
    )
    patience_h: float = Field(
        24.0,
        gt=0,
        le=24 * 30,
        description="Hours a document waits for a provider before it becomes a dead letter.",
    )
    floor: float | None = Field(
        None,
        ge=0,
        le=1,
        description="F1 on the feed's gold below which nothing is released; empty: not checked.",
    )

    sample_share: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Share of the feed's calls kept in full, failed ones included; as LLM_CONFIG has it if unset.",
    )

    intake: bool = Field(
        False, description="The feed's documents are unsorted: each is carried to the feed whose kind it plainly is."
    )
    sort: bool = Field(
        True, description="A document that plainly belongs to another feed goes to review, and no model is asked."
    )


class Manifest(FeedSettings):
    """feed.yaml: who the feed is, and its settings."""

    name: str = Field(min_length=1, description="The feed's name, the same as its folder's.")
    description: str = Field(min_length=1, description="One sentence: which documents these are.")
    owner: str = Field(min_length=1, description="Who is told when something is wrong.")
    tenant: str = Field(min_length=1, description="Whose budget pays for it.")
    schema_class: str = Field(alias="schema", min_length=1, description="Name of the record's class in schema.py.")

    def settings(self) -> FeedSettings:
        """The settings alone, defaults filled in."""
        return FeedSettings(**{name: getattr(self, name) for name in FeedSettings.model_fields})


class IntakeManifest(Manifest):
    """feed.yaml of an intake: nothing is extracted there, so it needs no schema."""

    schema_class: str = Field("", alias="schema", description="An intake has none.")


def known_settings(path: tuple[Any, ...]) -> list[str]:
    """The names that may stand in feed.yaml below a path."""
    model: type[BaseModel] = Manifest
    for step in path:
        model = _nested(model, step)
    return [field.alias or name for name, field in model.model_fields.items()]


def _nested(model: type[BaseModel], step: Any) -> type[BaseModel]:
    field = model.model_fields.get(str(step))
    kind = field.annotation if field else None
    kind = next((each for each in get_args(kind) if each is not type(None)), kind)  # an optional group of settings
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else Manifest
