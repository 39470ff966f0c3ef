"""SQL lives in .sql files: each statement named, loaded once, called by one class."""

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)


@cache
def load(topic: str) -> dict[str, str]:
    """The statements of `sql/<topic>.sql` by name; the line after a name says what the statement is for."""
    parts = _NAME.split((_FOLDER / f"{topic}.sql").read_text(encoding="utf-8"))[1:]
    return dict(zip(parts[::2], (body.strip().rstrip(";") for body in parts[1::2]), strict=True))
