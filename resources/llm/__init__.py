"""Answers from language models, whatever their providers do."""

from resources.llm.engine import Llm
from resources.llm.errors import LlmError, Truncated, Unanswered
from resources.llm.model import Answer, Attempt, Call, Caller, StoredAnswer, Timed

__all__ = ["Answer", "Attempt", "Call", "Caller", "Llm", "LlmError", "StoredAnswer", "Timed", "Truncated", "Unanswered"]
