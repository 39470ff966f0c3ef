"""Trace and span ids from a doc_id, which is a sha256 and therefore as random as OpenTelemetry wants them."""

import hashlib
import re

_DIGEST = re.compile(r"[0-9a-f]{64}")


def ids_of(doc_id: str) -> tuple[int, int]:
    """The document's trace, and its first span."""
    digest = doc_id if _DIGEST.fullmatch(doc_id) else hashlib.sha256(doc_id.encode()).hexdigest()
    return int(digest[:32], 16), int(digest[32:48], 16)
