"""Which requests are kept in full, and how they may be kept: decided by the call's id, so that chance is repeatable."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from assets.answers import row
from resources.ledger.samples import Samples
from resources.llm.messages import Prompt
from resources.llm.sections import SamplesConfig
from resources.llm.watching import Ended
from resources.secrets import secrets_of, shown

LONGEST = 1_000_000  # characters of one turn: in full, but for what no page could show
_COLUMNS = (
    *("call_id", "attempt", "run_id", "asset", "partition", "feed", "tenant", "doc_id", "endpoint", "model", "task"),
    *("prompt_version", "outcome", "error", "input_tokens", "output_tokens", "cost_usd", "latency_s", "started_at"),
)


class Sampler:
    """Watches requests; those it keeps are written by a task of their own, so that no call waits for it.

    A sample that cannot be written is told and let go: it is there to be looked at, nothing rests on it.
    """

    def __init__(
        self, samples: Samples, settings: SamplesConfig, share: float | None, tell: Callable[[str], None]
    ) -> None:
        self._samples, self._tell = samples, tell
        self._share = settings.share if share is None else share
        self._failed_share = max(settings.failed_share, self._share) if share is None else share
        self._patterns = tuple(re.compile(pattern) for pattern in settings.redact)
        self._secrets = secrets_of()
        self._writing: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        await asyncio.gather(*self._writing)

    def ended(self, request: Ended) -> None:
        if request.asked is None or not self._is_chosen(request.attempt.call_id, request.attempt.outcome == "failed"):
            return
        task = asyncio.create_task(self._write(request, request.asked))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    def _is_chosen(self, call_id: str, failed: bool) -> bool:
        return chance_of(call_id) < (self._failed_share if failed else self._share)

    async def _write(self, request: Ended, asked: Prompt) -> None:
        try:
            await asyncio.to_thread(lambda: self._samples.keep([self._row(request, asked)]))
        except Exception as problem:  # whatever it is, the document goes on
            self._tell(f"a sample was not kept: {problem}")

    def _row(self, request: Ended, asked: Prompt) -> dict[str, Any]:
        known = row(request.attempt)
        facts = {name: known[name] for name in _COLUMNS}
        return {**facts, "asked": self._turns(asked), "answered": self._shown(request.came)}

    def _turns(self, asked: Prompt) -> Sequence[dict[str, str]]:
        turns = [("system", asked.system, 0), *((each.role, each.text, len(each.images)) for each in asked.messages)]
        return [
            {"role": role, "text": self._shown(text) + (f"\n[{images} pictures]" if images else "")}
            for role, text, images in turns
        ]

    def _shown(self, text: str) -> str:
        return shown(text, self._secrets, LONGEST, self._patterns)


def chance_of(call_id: str) -> float:
    """From 0 to 1, evenly, and for a call always the same: all its attempts are kept, or none."""
    return int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:8], "big") / 2**64
