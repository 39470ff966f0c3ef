"""What providers answer when they do not, from the files in `recorded/`, each with the page it was transcribed from."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from resources.llm.endpoints import Wire
from resources.llm.errors import Spend
from tests.resources.llm_wire import Reply

FOLDER = Path(__file__).with_name("recorded")
WIRE_OF: dict[str, Wire] = {
    "openai": "openai",
    "anthropic": "anthropic",
    "gemini": "openai",
    "bedrock": "anthropic",
    "compatible": "openai",
}


@dataclass(frozen=True)
class Recorded:
    """A response, and the leaf of the tree it means; a `page` is a body that is no JSON."""

    provider: str
    source: str
    label: str
    status: int
    means: str
    body: Any = None
    page: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    retry_after_s: float | None = None
    spend: Spend | None = None

    @property
    def wire(self) -> Wire:
        return WIRE_OF[self.provider]

    @property
    def reply(self) -> Reply:
        if self.page is not None:
            return Reply(self.page.encode(), self.status, self.headers, "text/html")
        return Reply(self.body, self.status, self.headers)


def recorded() -> list[Recorded]:
    """All of them, provider by provider."""
    return [
        Recorded(provider, page["source"], **said)
        for provider in WIRE_OF
        for page in yaml.safe_load((FOLDER / f"{provider}.yaml").read_text(encoding="utf-8"))
        for said in page["said"]
    ]
