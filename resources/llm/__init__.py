"""Answers from language models, whatever their providers do."""

from resources.llm.engine import Llm
from resources.llm.errors import LlmError, Truncated, Unanswered
from resources.llm.model import Answer, Attempt, Call, Caller, Image, StoredAnswer, Timed

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
