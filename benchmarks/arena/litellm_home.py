"""LiteLLM cannot live beside current SDKs, so it gets an environment of its own, built once and kept under .data."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from resources.environment import ROOT

RELEASE = "1.106.12"  # the minor the figures of the tuned settings are known for; 1.107 was withdrawn
_BUILD_S = 900
VARIABLES = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "CRITICAL"}  # no look over the fence at start


def python_of_litellm() -> Path | None:
    """Its interpreter; None where it cannot be installed, and the reason is printed."""
    home = ROOT / ".data" / "benchmarks" / f"litellm-{RELEASE}"
    python, done = home / "bin" / "python", home / "complete"
    if done.exists():
        return python
    print(
        f"building an environment for LiteLLM {RELEASE} in {home.relative_to(ROOT)} (once, about a minute)", flush=True
    )
    try:
        venv.create(home, with_pip=True, clear=True)
        _pip(python)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"LiteLLM cannot be installed here, so its sides are left out: {_reason(error)}\n", flush=True)
        return None
    done.touch()
    return python


def _pip(python: Path) -> None:
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"litellm=={RELEASE}"]
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=_BUILD_S, env={**os.environ})


def _reason(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    return said.strip().splitlines()[-1] if said.strip() else type(error).__name__


def interpreter(side: str) -> Path | None:
    """Which Python runs a side."""
    return python_of_litellm() if side.startswith("litellm") else Path(sys.executable)
