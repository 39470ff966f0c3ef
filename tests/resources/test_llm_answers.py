"""How an answer's text is read, and under which key it is kept."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.answers import answer_key, read_value
from resources.llm.messages import Message, Prompt
from tests.resources.llm_parts import SCHEMA


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"total": 12}', {"total": 12}),
        ("[]", []),
        ('"words"', "words"),
        ('Here it is:\n```json\n{"total": 12}\n```\nAnything else?', {"total": 12}),
        ("Here it is: {total}", "Here it is: {total}"),
        ('{"total": 12', '{"total": 12'),
        ('{"total": NaN}', '{"total": NaN}'),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_json_is_read_and_all_else_stays_text(text: str, value: Any) -> None:
    """What stands around an object is passed over; nothing is repaired, what is wrong is for `accept` to say."""
    assert read_value(text) == value


def test_escapes_that_no_database_holds_are_cleaned() -> None:
    """NUL and half a character can be spelt in JSON, in keys as well."""
    assert read_value('{"a\\u0000": ["x\\ud800y", 1]}') == {"a": ["x?y", 1]}


def test_a_whole_character_spelt_in_two_escapes_stays() -> None:
    """A pair of surrogates is one character."""
    assert read_value('"\\ud83d\\ude00 \\u00fc"') == "😀 ü"


def key(version: str = "v", system: str = "s", turns: tuple[str, ...] = ("a",), tokens: int = 1) -> str:
    prompt = Prompt(system, tuple(Message("user", turn) for turn in turns), SCHEMA, "quote")
    return answer_key(version, prompt, tokens)


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_two_conversations_share_a_key_only_if_they_are_the_same(one: list[str], two: list[str]) -> None:
    """Where one turn ends and the next begins is part of the key."""
    assert (key(turns=tuple(one)) == key(turns=tuple(two))) == (one == two)


def test_a_key_does_not_depend_on_the_order_of_a_schema() -> None:
    """The same schema written in another order asks the same."""
    turned = dict(reversed(SCHEMA.items()))
    prompt = Prompt("s", (Message("user", "a"),), turned, "quote")
    assert answer_key("v", prompt, 1) == key()


def test_who_said_it_is_part_of_the_key() -> None:
    """The model's words are not the user's."""
    prompt = Prompt("s", (Message("assistant", "a"),), SCHEMA, "quote")
    assert answer_key("v", prompt, 1) != key()
