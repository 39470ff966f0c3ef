"""A feed is a folder: feed.yaml says who and how, schema.py what a record is, prompt.md what to ask."""

import re
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel

from extraction.broken_feed import BrokenFeed, BrokenPrompt, BrokenSchema, BrokenSetting, UnfitName, nearest
from extraction.manifest import read_manifest, read_text
from extraction.prompt import PROMPT_VERSION, unfilled_field
from extraction.schema_file import load_schema
from extraction.settings import FeedSettings, Manifest
from extraction.shape import descriptions, leaves, shape_of

__all__ = [
    "BrokenFeed",
    "Feed",
    "FeedSettings",
    "described_feeds",
    "feed_names",
    "load_feed",
    "misnamed_feeds",
    "owners",
    "versions_of",
]

# A name is a partition key (Dagster refuses '|', ',', '[', ']' and '...'), an inbox folder and a file of the sink.
_FIT = re.compile(r"\w[\w-]*(?:\.[\w-]+)*")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of document and the record it becomes."""

    name: str
    description: str
    owner: str
    tenant: str
    folder: Path
    schema: type[BaseModel]
    prompt: str
    settings: FeedSettings
    schema_version: str
    prompt_version: str


def load_feed(folder: Path) -> Feed:
    """The feed as its folder is now; raises BrokenFeed, which names file, line and remedy."""
    _require_fit(folder)
    manifest = read_manifest(folder / "feed.yaml")
    _require_same(folder, manifest.name)
    if manifest.intake:
        return _intake(folder, manifest)
    schema_file = folder / "schema.py"
    prompt = _read_prompt(folder / "prompt.md")
    schema_version, prompt_version = versions_of(folder, manifest)
    schema = load_schema(schema_file, manifest.schema_class)
    _require_fields(folder, manifest.settings(), schema)
    _require_filled(schema_file, schema)
    return Feed(
        name=manifest.name,
        description=manifest.description,
        owner=manifest.owner,
        tenant=manifest.tenant,
        folder=folder,
        schema=schema,
        prompt=prompt,
        settings=manifest.settings(),
        schema_version=schema_version,
        prompt_version=prompt_version,
    )


def versions_of(folder: Path, manifest: Manifest) -> tuple[str, str]:
    """The versions of the schema and of the prompt, by their texts: no code of the feed is run for it."""
    if manifest.intake:
        return _version("intake"), _version("intake")
    schema = _version(read_text(folder / "schema.py"), manifest.schema_class)
    return schema, _version(read_text(folder / "prompt.md"), PROMPT_VERSION)


def _require_filled(file: Path, schema: type[BaseModel]) -> None:
    """A description is part of the prompt."""
    for description in descriptions(shape_of(schema)):
        if found := unfilled_field(description):
            remedy = "Nothing is filled in there: write the text itself."
            raise BrokenSchema(file, _line_of(file, found), f"a description holds the template field {found}", remedy)


def _line_of(file: Path, found: str) -> int | None:
    text = read_text(file)
    return text_line(text, found) if found in text else None


class Unsorted(BaseModel):
    """Nothing is asked about a document of an intake."""


def _intake(folder: Path, manifest: Manifest) -> Feed:
    schema_version, prompt_version = versions_of(folder, manifest)
    return Feed(
        name=manifest.name,
        description=manifest.description,
        owner=manifest.owner,
        tenant=manifest.tenant,
        folder=folder,
        schema=Unsorted,
        prompt="",
        settings=manifest.settings(),
        schema_version=schema_version,
        prompt_version=prompt_version,
    )


def described_feeds(feeds_dir: Path) -> dict[str, str]:
    """What each feed that takes documents says of them; intakes, and feeds that do not load, say nothing."""
    found = {}
    for name in feed_names(feeds_dir):
        try:
            manifest = read_manifest(feeds_dir / name / "feed.yaml")
        except BrokenFeed:
            continue
        if not manifest.intake:
            found[name] = manifest.description
    return found


def owners(feeds_dir: Path) -> dict[str, str]:
    """Who is told of each feed; of one whose feed.yaml cannot be read, nobody is known."""
    found = {}
    for name in feed_names(feeds_dir):
        with suppress(BrokenFeed):
            found[name] = read_manifest(feeds_dir / name / "feed.yaml").owner
    return found


def feed_names(feeds_dir: Path) -> list[str]:
    """The folders that hold a feed.yaml and can be a partition key, whether or not they load; sorted."""
    return [folder.name for folder in _folders(feeds_dir) if _unfit(folder.name) is None]


def misnamed_feeds(feeds_dir: Path) -> list[BrokenFeed]:
    """The folders that hold a feed.yaml but cannot be a partition key."""
    wrong = ((folder, _unfit(folder.name)) for folder in _folders(feeds_dir))
    return [UnfitName(folder / "feed.yaml", problem) for folder, problem in wrong if problem]


def _folders(feeds_dir: Path) -> list[Path]:
    if not feeds_dir.is_dir():
        return []
    return sorted(folder for folder in feeds_dir.iterdir() if (folder / "feed.yaml").is_file())


def _unfit(name: str) -> str | None:
    if len(name) > _LONGEST:
        return f"the name is {len(name)} characters long, which is more than {_LONGEST}"
    return None if _FIT.fullmatch(name) else f"{name!r} cannot name a feed"


def _require_fit(folder: Path) -> None:
    if problem := _unfit(folder.name):
        raise UnfitName(folder / "feed.yaml", problem)


def _require_same(folder: Path, name: str) -> None:
    if name != folder.name:
        problem, remedy = (
            f"{name!r} is not the folder's name",
            f"Write 'name: {folder.name}', or rename the folder.",
        )
        raise BrokenSetting(folder / "feed.yaml", None, "name", problem, remedy)


def _require_fields(folder: Path, settings: FeedSettings, schema: type[BaseModel]) -> None:
    """What the settings say of fields is said of fields that there are."""
    second, paths = settings.second_opinion, [path for path, _ in leaves(shape_of(schema))]
    named = [
        *(("second_opinion.fields", name, list(schema.model_fields)) for name in (second.fields if second else ())),
        *(("review.confidence_of", name, paths) for name in settings.review.confidence_of),
    ]
    for setting, name, known in named:
        if name not in known:
            problem = f"{schema.__name__} has no field {name!r}"
            raise BrokenSetting(folder / "feed.yaml", None, setting, problem, nearest(name, known))


def _read_prompt(file: Path) -> str:
    text = read_text(file).strip()
    if not text:
        raise BrokenPrompt(file, None, "the prompt is empty", "Say in a few sentences what to read and how.")
    if found := unfilled_field(text):
        line = text_line(read_text(file), found)
        remedy = "Nothing is filled in here: write the text itself; the document and the fields are added by us."
        raise BrokenPrompt(file, line, f"{found} is a template field", remedy)
    return text


def text_line(text: str, found: str) -> int:
    """The line on which a piece of text stands."""
    return text.count("\n", 0, text.index(found)) + 1


def _version(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:12]
