"""Answers by general rules: from a text and a JSON schema to a value of that schema, without any model."""

from sandbox.answers.fill import answer, answer_freely

__all__ = ["answer", "answer_freely"]
