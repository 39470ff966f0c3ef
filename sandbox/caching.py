"""What a provider's prompt cache would have served: prefixes long enough that were seen not long ago."""

from collections import OrderedDict

from sandbox.lots import digest
from sandbox.tokens import count_lasting

MIN_TOKENS = 1024
_LIVES_S = 300.0
_KEPT = 4096


class PromptCache:
    """The prefixes seen lately, by model."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()

    def visit(self, model: str, prefix: str, now: float) -> tuple[int, bool]:
        """How many tokens of this prefix can be cached, and whether they were."""
        tokens = count_lasting(prefix) if prefix else 0
        if tokens < MIN_TOKENS:
            return 0, False
        key = digest(model, prefix)
        hit = now - self._seen.pop(key, float("-inf")) < _LIVES_S
        self._seen[key] = now
        if len(self._seen) > _KEPT:
            self._seen.popitem(last=False)
        return tokens, hit
