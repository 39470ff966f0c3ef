"""What may be kept for people or told to a log: of a bounded length, without secrets."""

import os
import re
from collections.abc import Iterable, Mapping

LONGEST = 16_000  # characters: what is cut out is the middle, prompts say what matters at both ends
_NAMES = re.compile(r"(_|^)(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$")
_SHORTEST = 8  # a shorter value would black out ordinary words
_PATTERNS = (
    re.compile(r"(?<=://)[^\s/:@]+:(?!\*+@)[^\s/@]+(?=@)"),  # user and password in a URL, unless it is hidden already
    re.compile(r"\b(?:sk|pk|rk|xox[abprs]|gh[opsu]|glpat|hf)[-_][A-Za-z0-9_-]{16,}"),  # keys that show what they are
    re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[A-Za-z0-9_-]{30,}"),
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+"),  # a JSON web token
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL),
    re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/-]{16,}=*"),
    re.compile(r"(?i)\b(?<=password[:=])\S+|(?<=passwort[:=])\S+|(?<=password: )\S+|(?<=passwort: )\S+"),
)
HIDDEN = "[hidden]"


def secrets_of(variables: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The values of variables that are named like secrets, the longest first."""
    values = {value for name, value in variables.items() if _NAMES.search(name.upper()) and len(value) >= _SHORTEST}
    return tuple(sorted(values, key=len, reverse=True))


def shown(text: str, secrets: Iterable[str], longest: int = LONGEST, patterns: Iterable[re.Pattern[str]] = ()) -> str:
    """The text as it may be kept and shown; `patterns` are what else is nobody's business."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern in (*_PATTERNS, *patterns):
        text = pattern.sub(HIDDEN, text)
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half]}\n[… {len(text) - 2 * half} characters left out …]\n{text[-half:]}"
    return text.replace("\0", "")
