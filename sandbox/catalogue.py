"""What providers list and compute beside conversations: models and embeddings, in the shape of each wire."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.embedding import embed, in_base64
from sandbox.models import LISTED_AT, MODELS, OWNER, Model
from sandbox.openai_wire import missing
from sandbox.problems import ProviderProblem
from sandbox.reading import positive, require
from sandbox.tokens import count_tokens

_MAX_INPUTS = 2048


@dataclass(frozen=True, slots=True)
class EmbeddingAsked:
    """A request for vectors."""

    model: str
    texts: tuple[str, ...]
    as_base64: bool
    dimensions: int | None
    tokens: int

    @property
    def text(self) -> str:
        """All texts, for matching."""
        return "\n".join(self.texts)


def read_embedding(body: Mapping[str, Any]) -> EmbeddingAsked:
    """The request in a body."""
    model = require(body, "model", str, missing)
    texts = _texts(body.get("input"))
    encoding = body.get("encoding_format") or "float"
    if encoding not in ("float", "base64"):
        raise ProviderProblem("bad_request", f"'{encoding}' is not one of ['float', 'base64'].", "encoding_format")
    tokens = sum(count_tokens(text) for text in texts)
    return EmbeddingAsked(model, texts, encoding == "base64", positive(body, "dimensions"), tokens)


def _texts(given: Any) -> tuple[str, ...]:
    texts = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, list) else ()
    if not texts or len(texts) > _MAX_INPUTS or not all(isinstance(text, str) and text for text in texts):
        sentence = f"'$.input' is invalid: expected a text or 1 to {_MAX_INPUTS} texts, none of them empty."
        raise ProviderProblem("bad_request", sentence, "input")
    return texts


def embedding_body(asked: EmbeddingAsked, model: Model) -> dict[str, Any]:
    """The vectors."""
    dimensions = asked.dimensions or model.dimensions
    vectors = [embed(text, dimensions) for text in asked.texts]
    data = [
        {"object": "embedding", "index": index, "embedding": in_base64(v) if asked.as_base64 else v}
        for index, v in enumerate(vectors)
    ]
    usage = {"prompt_tokens": asked.tokens, "total_tokens": asked.tokens}
    return {"object": "list", "data": data, "model": asked.model, "usage": usage}


def unknown_model(name: str) -> ProviderProblem:
    """What providers say about a model they do not have."""
    return ProviderProblem(
        "model_not_found",
        f"The model `{name}` does not exist or you do not have access to it. "
        f"This is a sandbox, no language model; it serves {', '.join(MODELS)}.",
        "model",
    )


def listing(wire: str, name: str | None) -> dict[str, Any]:
    """All models, or one of them."""
    shape = _openai_model if wire == "openai" else _anthropic_model
    if name is not None:
        if name not in MODELS:
            raise unknown_model(name)
        return shape(MODELS[name])
    data = [shape(model) for model in MODELS.values()]
    if wire == "openai":
        return {"object": "list", "data": data}
    return {"data": data, "has_more": False, "first_id": data[0]["id"], "last_id": data[-1]["id"]}


def _openai_model(model: Model) -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": LISTED_AT, "owned_by": OWNER}


def _anthropic_model(model: Model) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model.name,
        "display_name": f"{model.says} (no language model)",
        "created_at": datetime.fromtimestamp(LISTED_AT, UTC).isoformat().replace("+00:00", "Z"),
        "lifecycle": "active",
        "max_input_tokens": model.context_tokens,
        "max_tokens": model.output_tokens,
    }
