"""Which models the sandbox lists and what each takes in; their names say they are no language models."""

from dataclasses import dataclass
from typing import Literal

Skill = Literal["chat", "embeddings"]
OWNER = "weir-sandbox"
LISTED_AT = 1_767_225_600  # 2026-01-01: the day from which the list says its models exist


@dataclass(frozen=True, slots=True)
class Model:
    """One model of the list: what it can do and how much it reads."""

    name: str
    says: str
    skill: Skill
    context_tokens: int
    output_tokens: int = 0
    dimensions: int = 0


MODELS = {
    model.name: model
    for model in (
        Model("sandbox-rules-small", "Rules over labels, tables and sentences", "chat", 32_000, 8_192),
        Model("sandbox-rules-large", "The same rules over longer documents", "chat", 200_000, 32_768),
        Model("sandbox-hashed-embedding", "Hashed bag of words", "embeddings", 8_192, dimensions=256),
    )
}


def find_model(name: str, skill: Skill) -> Model | None:
    """The listed model of that name, if it has the skill."""
    model = MODELS.get(name)
    return model if model is not None and model.skill == skill else None
