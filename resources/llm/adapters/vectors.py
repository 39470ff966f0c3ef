"""Vectors as the wire brings them, bytes or numbers; apart from the rest, as only they need numpy."""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources.llm.errors import Malformed
from resources.llm.model import Endpoint, Usage, Vectors


def read_vectors(endpoint: Endpoint, answer: Any, usage: Usage, expected: int) -> Vectors:
    """One row a text, in the order of the texts."""
    try:
        rows = [_vector(item.embedding) for item in sorted(answer.data, key=lambda item: item.index)]
        matrix = np.stack(rows)
        model = str(answer.model or endpoint.model)
    except (AttributeError, TypeError, ValueError) as error:
        raise Malformed(endpoint.name, f"no vectors ({error})", usage=usage) from error
    if len(rows) != expected:
        raise Malformed(endpoint.name, f"{len(rows)} vectors for {expected} texts", usage=usage)
    return Vectors(matrix, model, usage)


def _vector(embedding: Any) -> NDArray[np.float32]:
    if isinstance(embedding, str):
        decoded = base64.b64decode(embedding, validate=True)
        return np.frombuffer(decoded, dtype="<f4").astype(np.float32, copy=False)
    return np.asarray(embedding, dtype=np.float32)
