"""A feed that cannot load says which file, which line, what is wrong and what to do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extraction.broken_feed import (
    BrokenFeed,
    BrokenPrompt,
    BrokenSchema,
    BrokenSetting,
    BrokenYaml,
    MissingFile,
    UnfitName,
    UnreadableFile,
)
from extraction.feed import load_feed

Make = Callable[..., Any]
HEAD = "from pydantic import BaseModel\n"


def _broken(folder: Any) -> BrokenFeed:
    with pytest.raises(BrokenFeed) as caught:
        folder.load()
    return caught.value


@pytest.mark.parametrize("name", ["feed.yaml", "schema.py", "prompt.md"])
def test_a_missing_file_is_named(make_feed: Make, name: str) -> None:
    """Each of the three files is told by its name, with the feed's."""
    folder = make_feed()
    (folder.path / name).unlink()
    error = _broken(folder)
    assert isinstance(error, MissingFile)
    assert f"invoices/{name}" in str(error)


def test_a_file_that_is_no_text_is_named(make_feed: Make) -> None:
    """Latin-1 is no UTF-8."""
    folder = make_feed()
    (folder.path / "prompt.md").write_bytes("Prüfe".encode("latin-1"))
    assert isinstance(_broken(folder), UnreadableFile)


def test_broken_yaml_has_its_line(make_feed: Make) -> None:
    """The line is the one an editor shows."""
    folder = make_feed().write("feed.yaml", "name: invoices\ndescription: 'unclosed\n")
    error = _broken(folder)
    assert isinstance(error, BrokenYaml)
    assert error.line is not None


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text\n"])
def test_yaml_without_settings_is_no_feed(make_feed: Make, text: str) -> None:
    """An empty file, a list and a sentence hold no settings."""
    assert isinstance(_broken(make_feed().write("feed.yaml", text)), BrokenYaml)


def test_a_setting_given_twice_is_refused(make_feed: Make) -> None:
    """YAML would let the last one win in silence."""
    error = _broken(make_feed(settings="lane: normal\nlane: urgent\n"))
    assert (type(error), error.line) == (BrokenYaml, 7)
    assert "line 6" in str(error)


def test_an_unknown_setting_is_named_with_the_nearest_known_one(make_feed: Make) -> None:
    """A typing error costs one look."""
    error = _broken(make_feed(settings="review:\n  warm: 0.2\n"))
    assert isinstance(error, BrokenSetting)
    assert error.line == 7
    assert "review.warm: there is no such setting. Did you mean 'warn'?" in str(error)


def test_an_unknown_setting_like_nothing_lists_what_there_is(make_feed: Make) -> None:
    """When no name is near, all are told."""
    error = _broken(make_feed(settings="zzz: 1\n"))
    assert "Known are:" in error.remedy
    assert "tenant" in error.remedy


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ("retrieval:\n  chunks: many\n", "retrieval.chunks"),
        ("review:\n  error: 40\n", "review.error"),
        ("review:\n  warn: 0.5\n  error: 0.4\n", "review"),
        ("patience_h: 0\n", "patience_h"),
        ("lane: fast\n", "lane"),
    ],
)
def test_a_value_out_of_bounds_is_told_with_path_and_line(make_feed: Make, settings: str, path: str) -> None:
    """What cannot be meant is refused, not clipped."""
    error = _broken(make_feed(settings=settings))
    assert isinstance(error, BrokenSetting)
    assert f": {path}: " in str(error)
    assert error.line is not None


def test_a_missing_setting_says_what_to_add(make_feed: Make) -> None:
    """Who owns a feed is not optional."""
    folder = make_feed()
    text = (folder.path / "feed.yaml").read_text().replace("owner: team:books\n", "")
    error = _broken(folder.write("feed.yaml", text))
    assert "owner: the setting is missing. Add a line 'owner: …'." in str(error)


def test_a_word_that_yaml_takes_for_something_else_says_to_quote_it(make_feed: Make) -> None:
    """`tenant: no` is false to YAML."""
    folder = make_feed()
    text = (folder.path / "feed.yaml").read_text().replace("tenant: finance", "tenant: no")
    assert "Put it in quotes" in _broken(folder.write("feed.yaml", text)).remedy


def test_the_name_is_the_folders(make_feed: Make) -> None:
    """A copied folder whose name was not changed would extract under another's name."""
    folder = make_feed()
    text = (folder.path / "feed.yaml").read_text().replace("name: invoices", "name: orders")
    assert "Write 'name: invoices'" in _broken(folder.write("feed.yaml", text)).remedy


def test_a_folder_that_is_no_partition_key_is_refused(make_feed: Make) -> None:
    """Whoever loads it directly hears the same."""
    assert isinstance(_broken(make_feed(name="a|b")), UnfitName)


def test_a_syntax_error_has_its_line(make_feed: Make) -> None:
    """The line in schema.py, not in ours."""
    error = _broken(make_feed(schema=HEAD + "class Invoice(BaseModel)\n    total: int\n"))
    assert (type(error), error.line) == (BrokenSchema, 2)


def test_an_error_while_running_has_its_line(make_feed: Make) -> None:
    """Also when it was raised deeper, in a library."""
    error = _broken(make_feed(schema=HEAD + "\nclass Invoice(BaseModel):\n    total: int = int('x')\n"))
    assert (type(error), error.line) == (BrokenSchema, 4)
    assert "ValueError" in str(error)


def test_a_schema_that_leaves_the_program_is_only_broken(make_feed: Make) -> None:
    """exit() in a schema must not end our process."""
    assert "SystemExit" in str(_broken(make_feed(schema="exit(3)\n")))


def test_a_helper_module_cannot_be_imported(make_feed: Make) -> None:
    """A schema is one file, and says so."""
    folder = make_feed(schema="import my_shared_types\n").write("my_shared_types.py", "x = 1\n")
    assert "one file" in _broken(folder).remedy


def test_a_missing_class_names_the_nearest(make_feed: Make) -> None:
    """feed.yaml names a class that schema.py spells otherwise."""
    error = _broken(make_feed(schema=HEAD + "class Invoices(BaseModel):\n    total: int\n"))
    assert "Did you mean 'Invoices'?" in str(error)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("class Invoice:\n    total = 1\n", "no pydantic model"),
        ("Invoice = 3\n", "no pydantic model"),
        ("from pydantic import RootModel\nclass Invoice(RootModel[list[int]]):\n    pass\n", "no pydantic model"),
        ("class Invoice(BaseModel):\n    pass\n", "has no fields"),
        ("class Invoice(BaseModel):\n    extra: dict[str, str]\n", "is open"),
        ("from typing import Any\nclass Invoice(BaseModel):\n    x: Any\n", "is open"),
        ("class Invoice(BaseModel):\n    pair: tuple[int, str]\n", "tuple"),
        ("class Invoice(BaseModel):\n    below: 'list[Invoice]'\n", "holds itself"),
        ("class Invoice(BaseModel):\n    other: 'Nowhere'\n", "no JSON schema"),
        ("from typing import Callable\nclass Invoice(BaseModel):\n    f: Callable\n", "no JSON schema"),
    ],
)
def test_a_class_that_no_model_can_be_asked_for_is_refused(make_feed: Make, body: str, said: str) -> None:
    """What no strict schema expresses is told when the feed loads, not when a provider refuses it."""
    error = _broken(make_feed(schema=HEAD + body))
    assert isinstance(error, BrokenSchema)
    assert said in str(error)
    assert error.remedy


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_an_empty_prompt_is_refused(make_feed: Make, text: str) -> None:
    """A feed that asks nothing in particular is a mistake."""
    assert isinstance(_broken(make_feed().write("prompt.md", text)), BrokenPrompt)


@pytest.mark.parametrize("field", ["{{ document }}", "{% if x %}", "${DOCUMENT}", "{document}"])
def test_an_unfilled_template_field_has_its_line(make_feed: Make, field: str) -> None:
    """Sent as it stands, the model would answer about the template."""
    error = _broken(make_feed().write("prompt.md", f"Extract the invoice.\n\nHere it is: {field}\n"))
    assert (type(error), error.line) == (BrokenPrompt, 3)
    assert field in str(error)


def test_braces_of_an_example_are_no_template(make_feed: Make) -> None:
    """JSON in a prompt is text."""
    text = 'Answer like {"total": 3, "lines": [{}]}.'
    assert make_feed().write("prompt.md", text).load().prompt == text


def test_a_folder_that_does_not_exist_is_a_missing_file(tmp_path: Path) -> None:
    """A feed deleted since the definitions loaded says so."""
    with pytest.raises(MissingFile):
        load_feed(tmp_path / "gone")


def test_an_unfilled_template_field_in_a_description_has_its_line(make_feed: Make) -> None:
    """A description is sent as well; nothing may come to a run that cannot be asked."""
    schema = (
        "from pydantic import BaseModel, Field\n\nclass Note(BaseModel):\n"
        "    lines: list[str]\n    number: str = Field(description='Number of the {{ kind }}.')\n"
    )
    with pytest.raises(BrokenFeed, match=r"schema\.py, line 5: a description holds the template field \{\{ kind \}\}"):
        make_feed(schema, "Note").load()
