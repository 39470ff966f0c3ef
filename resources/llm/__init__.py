"""Answers from language models, whatever their providers do."""

from resources.llm.calls import Answer, Call
from resources.llm.engine import Llm
from resources.llm.errors import LlmError, Truncated, Unanswered
from resources.llm.messages import Image
from resources.llm.store import Attempt, Caller, StoredAnswer, Timed

__all__ = [
    "Answer",
    "Attempt",
    "Call",
    "Caller",
    "Image",
    "Llm",
    "LlmError",
    "StoredAnswer",
    "Timed",
    "Truncated",
    "Unanswered",
]
