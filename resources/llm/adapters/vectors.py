"""Vectors as the wire brings them, bytes or numbers; apart from the rest, as only they need numpy."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.llm.adapters.channel import Received
from resources.llm.adapters.failures import count, word
from resources.llm.endpoints import Endpoint
from resources.llm.errors import Malformed
from resources.llm.messages import Usage, Vectors


def read_vectors(endpoint: Endpoint, received: Received, expected: int) -> Vectors:
    """One row a text, in the order of the texts."""
    facts: dict[str, Any] = {"usage": Usage(), "allowances": received.allowances}
    try:
        answer = received.body
        facts["usage"] = Usage(input_tokens=count(answer.get("usage"), "prompt_tokens"))
        rows = [_vector(item["embedding"]) for item in sorted(answer["data"], key=lambda item: item["index"])]
        matrix = np.stack(rows)
        model = word(answer, "model") or endpoint.model
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Malformed(endpoint.name, f"no vectors ({error})", **facts) from error
    if len(rows) != expected:
        raise Malformed(endpoint.name, f"{len(rows)} vectors for {expected} texts", **facts)
    return Vectors(matrix, model, **facts)


def _vector(embedding: Any) -> NDArray[np.float32]:
    if isinstance(embedding, str):
        decoded = base64.b64decode(embedding, validate=True)
        return np.frombuffer(decoded, dtype="<f4").astype(np.float32, copy=False)
    return np.asarray(embedding, dtype=np.float32)
