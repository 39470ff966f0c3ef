"""The sample documents of one fixed day: good ones for every feed, and one partition of bad ones, named as such."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from assets.partitions import Partition
from extraction.feed import feed_names
from pipeline_defs.commands.errors import NotOnHand, NotWritable
from resources.environment import Environment, is_local

DAY = "2026-11-19"
BAD_DAY = "2026-11-18"


@dataclass(frozen=True, slots=True)
class SampleSet:
    """Sample documents of one partition."""

    partition: Partition
    folder: Path
    bad: bool

    @property
    def label(self) -> str:
        return f"{self.partition.key}{'  (bad documents, on purpose)' if self.bad else ''}"

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.is_file())


def sample_sets(environment: Environment) -> list[SampleSet]:
    """What the feeds ship; a feed of a user's own may ship samples, too."""
    sets = []
    for name in feed_names(environment.feeds_dir):
        for kind, day in (("good", DAY), ("bad", BAD_DAY)):
            folder = environment.feeds_dir / name / "samples" / kind
            if folder.is_dir() and any(folder.iterdir()):
                sets.append(SampleSet(Partition(day, name), folder, kind == "bad"))
    return sets


def put_into_inbox(environment: Environment, samples: SampleSet) -> int:
    """Files that were not there yet; one that lies there unchanged is not touched."""
    if not is_local(environment.inbox_uri):
        raise NotOnHand(environment.inbox_uri)
    target = Path(environment.inbox_uri) / samples.partition.feed / samples.partition.date
    try:
        return sum(_copy(file, target / file.relative_to(samples.folder)) for file in samples.files())
    except OSError as problem:
        raise NotWritable(str(problem.filename or target), problem.strerror or str(problem)) from problem


def _copy(file: Path, to: Path) -> bool:
    content = file.read_bytes()
    if to.is_file() and to.read_bytes() == content:
        return False
    to.parent.mkdir(parents=True, exist_ok=True)
    unfinished = to.with_name(f".{to.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(to)
    return True
