"""A feed is what its folder says now."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from extraction.feed import BrokenFeed, Feed, FeedSettings, described_feeds, feed_names, load_feed, misnamed_feeds

Make = Callable[..., Any]


def test_a_feed_is_its_folder(make_feed: Make) -> None:
    """Name, owner, tenant, class and prompt are those of the files; what is not set has its default."""
    feed: Feed = make_feed().load()
    assert (feed.name, feed.owner, feed.tenant) == ("invoices", "team:books", "finance")
    assert feed.schema.__name__ == "Invoice"
    assert feed.prompt == "Extract the invoice."
    assert feed.settings == FeedSettings()


def test_defaults_are_those_the_house_promises() -> None:
    """A feed that sets nothing is extracted with five chunks, vectors on, and reviewed at 15 and 40 per cent."""
    settings = FeedSettings()
    assert (settings.task, settings.retrieval.chunks, settings.retrieval.embed) == ("extract", 3, False)
    assert (settings.review.warn, settings.review.error, settings.review.min_documents) == (0.15, 0.40, 5)
    assert settings.floor is None


def test_settings_override_one_by_one(make_feed: Make) -> None:
    """A nested setting leaves its neighbours at their defaults."""
    settings = make_feed(settings="review:\n  error: 0.9\nretrieval:\n  embed: true\n").load().settings
    assert (settings.review.error, settings.review.warn) == (0.9, 0.15)
    assert (settings.retrieval.embed, settings.retrieval.chunks) == (True, 3)


def test_every_setting_is_described() -> None:
    """Settings document themselves."""

    def described(model: type[BaseModel]) -> bool:
        nested = [
            field.annotation
            for field in model.model_fields.values()
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        ]
        return all(field.description for field in model.model_fields.values()) and all(map(described, nested))

    assert described(FeedSettings)


def test_versions_follow_the_files(make_feed: Make) -> None:
    """The schema's version moves with schema.py, the prompt's with prompt.md, and neither with the other."""
    folder = make_feed()
    first = folder.load()
    second = folder.write("prompt.md", "Extract every invoice.").load()
    third = folder.write("schema.py", (folder.path / "schema.py").read_text() + "\n# note\n").load()
    assert first.schema_version == second.schema_version != third.schema_version
    assert first.prompt_version != second.prompt_version == third.prompt_version
    assert {len(version) for version in (first.schema_version, first.prompt_version)} == {12}


def test_versions_are_the_same_on_every_system(make_feed: Make) -> None:
    """A checkout with other line ends is the same feed."""
    folder = make_feed()
    first = folder.load()
    for name in ("schema.py", "prompt.md"):
        path = folder.path / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = folder.load()
    assert (first.schema_version, first.prompt_version) == (again.schema_version, again.prompt_version)


def test_an_edit_is_seen_at_the_next_load(make_feed: Make) -> None:
    """Nothing of the old schema survives: no module, no bytecode."""
    folder = make_feed(schema="from pydantic import BaseModel\nclass Invoice(BaseModel):\n    total: int\n")
    assert set(folder.load().schema.model_fields) == {"total"}
    folder.write("schema.py", "from pydantic import BaseModel\nclass Invoice(BaseModel):\n    gross: int\n")
    assert set(folder.load().schema.model_fields) == {"gross"}
    assert not list(folder.path.glob("__pycache__"))


def test_feeds_do_not_share_their_schema_module(make_feed: Make) -> None:
    """Two feeds may name their classes alike, and neither appears as a module called schema."""
    one = make_feed(name="one").load()
    two = make_feed(name="two").load()
    assert one.schema is not two.schema
    assert "schema" not in sys.modules


def test_a_schema_may_use_annotations_written_as_text(make_feed: Make) -> None:
    """Forward references between the classes of one schema.py resolve."""
    source = """
        from __future__ import annotations
        from pydantic import BaseModel

        class Invoice(BaseModel):
            lines: list[Line]

        class Line(BaseModel):
            name: str
    """
    feed = make_feed(schema=source).load()
    assert feed.schema.model_validate({"lines": [{"name": "x"}]}).model_dump() == {"lines": [{"name": "x"}]}


def test_names_are_the_folders_with_a_feed(make_feed: Make, tmp_path: Path) -> None:
    """Also of a feed that does not load; not of other folders and files; in order."""
    make_feed(name="orders").write("schema.py", "this is no Python")
    make_feed(name="invoices")
    (tmp_path / "notes").mkdir()
    (tmp_path / "readme.txt").write_text("no feed")
    assert feed_names(tmp_path) == ["invoices", "orders"]


def test_no_folder_means_no_feeds(tmp_path: Path) -> None:
    """A FEEDS_DIR that does not exist holds no feeds."""
    assert feed_names(tmp_path / "nowhere") == []


@pytest.mark.parametrize("name", ["a|b", "a,b", "a[b]", "a...b", ".hidden", "two words", "x" * 81])
def test_a_name_that_is_no_partition_key_is_left_out_and_told(make_feed: Make, tmp_path: Path, name: str) -> None:
    """One folder with a bad name must not take all partitions down with it."""
    make_feed(name="invoices")
    make_feed(name=name)
    assert feed_names(tmp_path) == ["invoices"]
    assert [error.place for error in misnamed_feeds(tmp_path)] == [f"{name}/feed.yaml"]


@pytest.mark.parametrize("name", ["orders-2", "v1.2_orders", "aufträge"])
def test_ordinary_names_are_fit(make_feed: Make, name: str) -> None:
    """Letters of any language, digits, dashes, underscores and single dots."""
    assert make_feed(name=name).load().name == name


def test_an_intake_needs_no_schema_and_no_prompt(tmp_path: Path) -> None:
    """Nothing is asked about its documents; it is no feed that takes any."""
    folder = tmp_path / "mailroom"
    folder.mkdir()
    head = "name: mailroom\ndescription: What nobody sorted.\nowner: team:post\ntenant: all\n"
    (folder / "feed.yaml").write_text(head + "intake: true\n")
    assert load_feed(folder).settings.intake
    assert described_feeds(tmp_path) == {}
    (folder / "feed.yaml").write_text(head)
    with pytest.raises(BrokenFeed, match="schema: the setting is missing"):
        load_feed(folder)
