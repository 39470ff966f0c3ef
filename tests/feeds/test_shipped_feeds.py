import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extraction.feed import Feed, feed_names
from extraction.shape import leaves, shape_of, strict_schema

NAMES = ("deals", "supplier_messages", "supplier_quotes")
LoadFeed = Callable[[str], Feed]


def test_three_feeds_ship(feeds_dir: Path) -> None:
    """The feeds are the folders, and all of them load."""
    assert feed_names(feeds_dir) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_described(feed_named: LoadFeed, name: str) -> None:
    """A description tells the model what to look for and the reader what stands there."""
    shape = shape_of(feed_named(name).schema)
    silent = [path for path, field in leaves(shape) if not field.description and not path.endswith("[]")]
    assert silent == []
    assert all(field.description for field in shape.fields)


@pytest.mark.parametrize("name", NAMES)
def test_schema_imports_only_pydantic_and_the_standard_library(feeds_dir: Path, name: str) -> None:
    """A feed is a user's folder: it leans on nothing of ours."""
    tree = ast.parse((feeds_dir / name / "schema.py").read_text(encoding="utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert modules <= {"datetime", "decimal", "typing", "pydantic"}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_closed_for_strict_mode(feed_named: LoadFeed, name: str) -> None:
    """Every object of the schema names all its properties and allows no others."""
    for each in _objects(strict_schema(shape_of(feed_named(name).schema))):
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def _objects(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for each in schema for found in _objects(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [found for each in schema.values() for found in _objects(each)]


@pytest.mark.parametrize("name", NAMES)
def test_amounts_are_decimals(feeds_dir: Path, name: str) -> None:
    """Money is never a binary float."""
    tree = ast.parse((feeds_dir / name / "schema.py").read_text(encoding="utf-8"))
    assert "float" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("name", NAMES)
def test_unknown_fields_are_refused(feed_named: LoadFeed, name: str) -> None:
    """A record holds what the schema says and nothing else."""
    assert feed_named(name).schema.model_config.get("extra") == "forbid"


@pytest.mark.parametrize("name", NAMES)
def test_prompt_is_short_and_says_what_to_do_with_absent_values(feed_named: LoadFeed, name: str) -> None:
    """A prompt is paid for with every document."""
    prompt = feed_named(name).prompt
    assert len(prompt) < 1200
    assert "null" in prompt


@pytest.mark.parametrize("name", NAMES)
def test_limits_of_the_gate_are_the_usual_ones(feed_named: LoadFeed, name: str) -> None:
    """The shipped samples are measured against the defaults."""
    review = feed_named(name).settings.review
    assert (review.warn, review.error, review.min_documents) == (0.15, 0.40, 5)


@pytest.mark.parametrize("name", NAMES)
def test_gold_is_valid_and_complete(feed_named: LoadFeed, feeds_dir: Path, name: str) -> None:
    """A label is the whole record as the model writes it, for a document that is there."""
    folder = feeds_dir / name / "gold"
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {label["doc"] for label in labels} == {file.name for file in (folder / "docs").iterdir()}
    for label in labels:
        assert feed_named(name).schema.model_validate(label["fields"]).model_dump(mode="json") == label["fields"]
