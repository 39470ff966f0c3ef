"""What the catalog says: owners, files, versions that change when answers may, columns and where they come from."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from shutil import copytree

import dagster as dg
import pytest

from assets import catalog, columns
from assets.chunks import chunks
from assets.columns import event_schema, from_same
from assets.deliveries import deliveries
from extraction.feed import load_feed
from resources.environment import ROOT
from resources.lake import LakeChunk, LakeDocument, LakeVector


@pytest.fixture
def feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "feeds"
    copytree(ROOT / "feeds", folder)
    monkeypatch.setenv("FEEDS_DIR", str(folder))
    monkeypatch.delenv("LLM_CONFIG", raising=False)
    return folder


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def _another_model(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = (ROOT / "resources/llm/default.yaml").read_text()
    (feeds / "llm.yaml").write_text(shipped.replace("sandbox-rules-large", "sandbox-rules-small"))
    monkeypatch.setenv("LLM_CONFIG", str(feeds / "llm.yaml"))


Change = Callable[[Path, pytest.MonkeyPatch], object]
CHANGES: dict[str, Change] = {
    "a prompt": lambda feeds, _: (feeds / "deals/prompt.md").write_text("Read it otherwise."),
    "a schema": lambda feeds, _: _edit(feeds / "deals/schema.py", "class Deal(", "# changed\nclass Deal("),
    "a route": lambda feeds, _: _edit(feeds / "deals/feed.yaml", "tenant:", "task: summarize\ntenant:"),
    "a model": _another_model,
    "a feed that no longer loads": lambda feeds, _: _edit(feeds / "deals/feed.yaml", "tenant:", "tenants:"),
    "a prompt that is gone": lambda feeds, _: (feeds / "deals/prompt.md").unlink(),
    "a configuration that cannot be used": lambda feeds, patch: patch.setenv("LLM_CONFIG", str(feeds / "none.yaml")),
}
SAME: dict[str, Change] = {
    "nothing": lambda feeds, _: None,
    "an owner": lambda feeds, _: _edit(feeds / "deals/feed.yaml", "team:sales-operations", "team:sales"),
    "a sample": lambda feeds, _: (feeds / "deals/note.txt").write_text("of no account"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_may_change_an_answer_is_another_version(
    change: Change, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the days answered before show as stale."""
    before = catalog.version_of_records()
    change(feeds, monkeypatch)
    assert catalog.version_of_records() != before


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_what_changes_no_answer_is_the_same_version(
    change: Change, feeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stale day is one that is worth materializing."""
    before = catalog.version_of_records()
    change(feeds, monkeypatch)
    assert catalog.version_of_records() == before


def test_the_code_of_a_feed_is_not_run_for_its_version(feeds: Path) -> None:
    """The code location loads whatever a schema does."""
    (feeds / "deals/schema.py").write_text("raise SystemExit('run')")
    assert catalog.version_of_records()


def test_vectors_have_the_version_of_their_models(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another prompt makes no vector stale."""
    before = catalog.version_of_vectors()
    (feeds / "deals/prompt.md").write_text("Read it otherwise.")
    assert catalog.version_of_vectors() == before
    shipped = (ROOT / "resources/llm/default.yaml").read_text()
    (feeds / "llm.yaml").write_text(shipped.replace("sandbox-hashed-embedding", "text-embedding-3-large"))
    monkeypatch.setenv("LLM_CONFIG", str(feeds / "llm.yaml"))
    assert catalog.version_of_vectors() != before


def test_owners_are_those_of_the_feeds(feeds: Path) -> None:
    """Whom Dagster could not take for an owner, and feeds that do not load, stop nobody."""
    _edit(feeds / "deals/feed.yaml", "team:sales-operations", "ann@example.com")
    _edit(feeds / "supplier_quotes/feed.yaml", "team:purchasing", "Ann, second floor")
    (feeds / "supplier_messages/feed.yaml").write_text("name: [")
    assert catalog.owners() == ["ann@example.com"]
    assert catalog.catalogued([chunks])[0].owners_by_key[chunks.key] == ["ann@example.com"]


def test_what_owners_write_is_a_click_away(feeds: Path) -> None:
    """Prompt, schema and settings of each feed, those that there are."""
    (feeds / "deals/prompt.md").unlink()
    labels = [each.label for each in catalog.feed_files().code_references]
    assert "deals/prompt.md" not in labels
    assert {"deals/schema.py", "supplier_quotes/prompt.md", "supplier_quotes/feed.yaml"} <= set(labels)


def _places(asset: dg.AssetsDefinition) -> list[str]:
    references = asset.metadata_by_key[asset.key]["dagster/code_references"].code_references
    return [each.url if isinstance(each, dg.UrlCodeReference) else each.file_path for each in references]


def test_code_is_shown_where_it_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On this machine, or on the page that SOURCE_URL names; files that are not in the repository stay here."""
    monkeypatch.delenv("SOURCE_URL", raising=False)
    assert _places(catalog.catalogued([deliveries])[0]) == [str(ROOT / "assets/deliveries.py")]
    monkeypatch.setenv("SOURCE_URL", "https://git.example.com/acme/weir/blob/main/")
    [place] = _places(catalog.catalogued([deliveries])[0])
    assert place.startswith("https://git.example.com/acme/weir/blob/main/assets/deliveries.py#L")

    outside = dg.LocalFileCodeReference(file_path=str(tmp_path / "prompt.md"), line_number=1)

    @dg.asset(metadata={"dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[outside])})
    def elsewhere() -> None: ...

    assert str(tmp_path / "prompt.md") in _places(catalog.catalogued([elsewhere])[0])


@pytest.mark.parametrize(
    ("told", "row", "not_of_the_row"),
    [
        (columns.DOCUMENTS, LakeDocument, set()),
        (columns.CHUNKS, LakeChunk, {"score"}),
        (columns.VECTORS, LakeVector, set()),
    ],
)
def test_the_columns_told_are_the_columns_there_are(told: columns.Columns, row: type, not_of_the_row: set[str]) -> None:
    """A column of the lake that nobody described, or that is gone, fails here."""
    assert set(told) == {each.name for each in fields(row)} - not_of_the_row
    assert all(meaning.endswith(".") for _, meaning in told.values())


def test_an_events_columns_hold_the_records() -> None:
    """With its fields, and those of its rows, where a consumer finds them."""
    names = [each.name for each in event_schema(load_feed(ROOT / "feeds/supplier_quotes").schema).columns]
    assert names[:4] == list(columns.EVENTS)
    assert any(name.startswith("data.") and name.count(".") > 1 for name in names)


def test_columns_that_were_taken_over_name_where_they_were() -> None:
    """By their name there."""
    lineage = from_same("chunks", ["feed", "vector"], {"vector": "text"})
    found = {
        name: [(each.asset_key.to_user_string(), each.column_name) for each in deps]
        for name, deps in lineage.deps_by_column.items()
    }
    assert found == {"feed": [("chunks", "feed")], "vector": [("chunks", "text")]}
