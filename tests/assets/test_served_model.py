"""Which names are of one model: clouds write prefixes and editions, an alias stands for its dated model."""

import pytest

from assets.checks.answers import is_served


@pytest.mark.parametrize(
    ("configured", "served"),
    [
        ("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini-2026-03-17"),
        ("gpt-5.4-mini", "gpt-5.4-mini-2026-03-17"),
        ("claude-haiku-4-5", "claude-haiku-4-5-20251001"),
        ("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "claude-haiku-4-5-20251001"),
        ("anthropic/claude-haiku-4-5", "claude-haiku-4-5"),
        ("gemini-3.5-flash", "models/gemini-3.5-flash"),
        ("claude-haiku-4-5@20251001", "claude-haiku-4-5-20251001"),
        ("Qwen3-14B-q4", "qwen3-14b-q4"),
    ],
)
def test_these_are_one(configured: str, served: str) -> None:
    """Nobody is woken by how a name is written."""
    assert is_served(configured, served)


@pytest.mark.parametrize(
    ("configured", "served"),
    [
        ("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini-2026-06-01"),
        ("gpt-5.4", "gpt-5.4-mini"),
        ("gpt-5.4", "gpt-5.4-mini-2026-03-17"),
        ("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini"),
        ("claude-haiku-4-5", "claude-sonnet-4-5"),
    ],
)
def test_these_are_two(configured: str, served: str) -> None:
    """Another date is another model, and so is one that does not say its date."""
    assert not is_served(configured, served)
