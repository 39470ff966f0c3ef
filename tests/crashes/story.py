"""The world that outlives every death: files that come, change and go, and what each of them is worth."""

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from resources.ledger.verdicts import Finding

DAY, FEED = "2026-11-19", "quotes"
CHECKS = ("one", "two")


@dataclass
class Inbox:
    """A folder as one file, written as a whole: place -> version of its bytes."""

    file: Path
    versions: dict[str, int] = field(default_factory=dict)
    made: int = 0

    @classmethod
    def read(cls, file: Path) -> dict[str, str]:
        """place -> doc_id of what lies there now."""
        return {place: f"{place}-v{version}" for place, version in json.loads(file.read_text()).items()}

    def change(self, dice: random.Random) -> None:
        """A few files come; now and then one is corrected, withdrawn, or put back."""
        for _ in range(dice.randint(0, 3)):
            self.made += 1
            self.versions[f"p{self.made:05}"] = 1
        for place in dice.sample(sorted(self.versions), min(2, len(self.versions))):
            turn = dice.random()
            if turn < 0.3:
                self.versions[place] += 1
            elif turn < 0.4:
                del self.versions[place]
        aside = self.file.with_suffix(".new")
        aside.write_text(json.dumps(self.versions))
        os.replace(aside, self.file)


def worth(doc_id: str) -> Literal["accepted", "review", "dead"]:
    """The same bytes are always worth the same."""
    return ("accepted", "accepted", "accepted", "review", "review", "dead")[crc32(doc_id.encode()) % 6]


def record_of(doc_id: str) -> dict[str, Any]:
    return {"doc": doc_id, "total": "12.00"}


def finding(doc_id: str) -> Finding:
    verdict = worth(doc_id)
    return Finding(
        verdict,
        None if verdict == "dead" else record_of(doc_id),
        reasons=[{"field": "total", "why": "odd"}] if verdict == "review" else [],
        endpoint="gpt",
        cause="never_validates" if verdict == "dead" else None,
        message="no shape",
        remedy="mend it",
        asked="what?",
        answered="12.00",
    )


def decision(item_id: int) -> str:
    """What people say of an item: whoever of them says it."""
    return ("approve", "correct", "reject")[item_id % 3]


def numbered(places: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from sorted(places.items())
