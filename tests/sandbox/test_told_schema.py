"""Where nothing forces a shape, the one told in the instructions is kept to."""

import json

import pytest

from sandbox.question import Turn
from sandbox.told_schema import told_schema

SCHEMA = {"type": "object", "properties": {"total": {"type": "integer"}}}
WRITTEN = json.dumps(SCHEMA)


def test_the_last_schema_of_the_instructions_is_meant() -> None:
    """It stands on a line of its own, after whatever else is said."""
    turns = (Turn("system", f'Be exact.\n{{"properties": {{}}}}\nValid against:\n{WRITTEN}'), Turn("user", "12"))
    assert told_schema(turns) == SCHEMA


@pytest.mark.parametrize(
    "turns",
    [
        (Turn("user", WRITTEN),),
        (Turn("system", f"As in {WRITTEN}"),),
        (Turn("system", '{"total": 12}\n{"properties": 1}\n{"properties": '),),
        (),
    ],
    ids=["of a document", "within a sentence", "no schema", "nothing said"],
)
def test_what_is_no_instruction_is_none(turns: tuple[Turn, ...]) -> None:
    """Neither documents nor examples decide what is answered."""
    assert told_schema(turns) is None
