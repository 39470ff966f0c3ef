"""A running sandbox for each module, as good as new for each test, and the SDKs pointed at it."""

from collections.abc import Iterator

import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.sandbox_served import Served, serving


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The module's sandbox."""
    with serving(tmp_path_factory.mktemp("sandbox")) as served:
        yield served


@pytest.fixture
def served(running: Served) -> Served:
    """The same without faults and without a past."""
    running.clear()
    return running


@pytest.fixture
def gpt(served: Served) -> Iterator[OpenAI]:
    """OpenAI's client."""
    with served.openai() as client:
        yield client


@pytest.fixture
def claude(served: Served) -> Iterator[Anthropic]:
    """Anthropic's client."""
    with served.anthropic() as client:
        yield client
