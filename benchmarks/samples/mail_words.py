"""How suppliers write e-mails in a language is data too: sentences with places for the facts."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

_FOLDER = Path(__file__).parent / "mail"


class MailText(BaseModel):
    """One way to say it: the sentence that matters, and what follows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: str
    core: str
    rest: str


class MailWords(BaseModel):
    """The phrases of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    greeting: tuple[str, ...]
    regards: tuple[str, ...]
    reply: str
    wrote: str
    earlier: tuple[str, ...]
    notice: str
    disclaimer: str
    labels: dict[str, str]
    leads: dict[str, str]
    texts: dict[str, tuple[MailText, ...]]


@cache
def mail_words_of(language: str) -> MailWords:
    """The phrases of a language, read once."""
    text = (_FOLDER / f"{language}.yaml").read_text(encoding="utf-8")
    return MailWords.model_validate(yaml.safe_load(text))
