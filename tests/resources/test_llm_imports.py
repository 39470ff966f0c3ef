"""What the engine leaves unloaded until it is needed: a run that asks nobody must not pay for the SDKs."""

import subprocess
import sys

import pytest

LATE = ("openai", "anthropic", "boto3", "genai_prices", "dagster", "numpy")


def loaded_by(statement: str) -> set[str]:
    """Which of the late ones a fresh interpreter has after a statement."""
    program = f"{statement}\nimport sys; print(*[name for name in {LATE} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("statement", "late"),
    [
        ("import resources.llm", set()),
        ("from resources.llm.config import SHIPPED, load_config; load_config(SHIPPED)", set()),
        ("import resources.llm.adapters.anthropic", {"anthropic"}),
        ("import resources.llm.adapters.openai", {"openai"}),
        ("import resources.llm.adapters.bedrock", {"anthropic"}),
    ],
    ids=["engine", "config", "anthropic", "openai", "bedrock"],
)
def test_only_an_adapter_loads_its_sdk(statement: str, late: set[str]) -> None:
    """Neither SDKs nor price table nor Dagster come with the engine."""
    assert loaded_by(statement) == late
