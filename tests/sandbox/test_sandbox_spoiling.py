"""Faults of the answer itself: declined, broken, incomplete or untrue."""

import json
from typing import Any

import pytest
from anthropic import Anthropic
from openai import OpenAI

from tests.sandbox_served import FIXED, FUNCTION, TOOL, Served, chat, message


def _ours(gpt: OpenAI) -> tuple[str, str]:
    choice = gpt.chat.completions.create(**chat()).choices[0]
    return choice.message.content or "", choice.finish_reason


def _theirs(claude: Anthropic) -> tuple[str, str | None]:
    answer: Any = claude.messages.create(**message())
    return answer.content[0].text, answer.stop_reason


def test_a_refusal_comes_in_the_field_of_its_wire(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """OpenAI's message has a refusal and no content; Anthropic's stop reason says so and nothing is said."""
    served.fault("refusal", sentence="I will not.")
    ours, theirs = gpt.chat.completions.create(**chat()).choices[0], claude.messages.create(**message())
    assert (ours.message.refusal, ours.message.content, ours.finish_reason) == ("I will not.", None, "stop")
    assert (theirs.stop_reason, theirs.content) == ("refusal", [])


def test_a_refusal_can_be_streamed(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """The same in pieces."""
    served.fault("refusal", sentence="I will not.")
    chunks: Any = list(gpt.chat.completions.create(**chat(stream=True)))
    assert "".join(chunk.choices[0].delta.refusal or "" for chunk in chunks) == "I will not."
    with claude.messages.stream(**message()) as stream:
        assert stream.get_final_message().stop_reason == "refusal"


def test_a_filter_stops_the_answer(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """content_filter is a finish reason on one wire, a refusal on the other."""
    served.fault("refusal", how="content_filter")
    assert gpt.chat.completions.create(**chat()).choices[0].finish_reason == "content_filter"
    assert claude.messages.create(**message()).stop_reason == "refusal"


@pytest.mark.parametrize("how", ["prose", "trailing_comma", "single_quotes", "unclosed", None])
def test_an_answer_can_be_no_json(served: Served, gpt: OpenAI, claude: Anthropic, how: str | None) -> None:
    """Whatever is wrong with it, it does not parse, and the stop reason is that of a complete answer."""
    served.fault("invalid_json", how=how)
    for text, stop in (_ours(gpt), _theirs(claude)):
        assert stop in ("stop", "end_turn")
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


def test_prose_holds_the_json_it_talks_about(served: Served, gpt: OpenAI) -> None:
    """What a careful reader could still take out is the right answer."""
    served.fault("invalid_json", how="prose")
    text = _ours(gpt)[0]
    assert json.loads(text[text.index("{") : text.rindex("}") + 1]) == FIXED


def test_truncated_json_says_that_the_limit_was_reached(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """The beginning of the right answer, with the stop reason of a token limit."""
    well = _ours(gpt)[0]
    served.fault("truncated_json", at=0.5)
    for text, stop in (_ours(gpt), _theirs(claude)):
        assert stop in ("length", "max_tokens")
        assert well.startswith(text)
        assert len(text) < len(well)


def test_a_tools_arguments_can_be_truncated(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """The fault reaches tools as well: broken arguments on one wire, an empty input on the other."""
    served.fault("truncated_json")
    ours: Any = gpt.chat.completions.create(**chat(response_format=None, tools=[FUNCTION])).choices[0]
    theirs: Any = claude.messages.create(**message(output_config={}, tools=[TOOL]))
    with pytest.raises(json.JSONDecodeError):
        json.loads(ours.message.tool_calls[0].function.arguments)
    assert ours.finish_reason == "length"
    assert (theirs.content[0].input, theirs.stop_reason) == ({}, "max_tokens")


def test_fields_go_missing(served: Served, gpt: OpenAI) -> None:
    """The named properties are left out and the others kept."""
    served.fault("missing_fields", fields=["field_1", "field_4"])
    kept = {name: value for name, value in FIXED.items() if name not in ("field_1", "field_4")}
    assert json.loads(_ours(gpt)[0]) == kept


def test_a_share_of_the_fields_goes_missing(served: Served, gpt: OpenAI, claude: Anthropic) -> None:
    """Without names a share of them, at least one, and the same on either wire."""
    served.fault("missing_fields", field_share=0)
    ours, theirs = json.loads(_ours(gpt)[0]), json.loads(_theirs(claude)[0])
    assert len(ours) == len(theirs) == len(FIXED) - 1


def test_placeholders_stand_where_values_should(served: Served, claude: Anthropic) -> None:
    """The chosen values are replaced by one of the words, and only they."""
    served.fault("placeholders", fields=["field_0"], words=["TBD"])
    assert json.loads(_theirs(claude)[0]) == {**FIXED, "field_0": "TBD"}


def test_invented_values_look_right_and_are_not(served: Served, gpt: OpenAI) -> None:
    """As many values as before, of the same kind, half of them untrue."""
    served.fault("invented_values", field_share=0.5)
    told = json.loads(_ours(gpt)[0])
    assert list(told) == list(FIXED)
    assert all(isinstance(value, str) and value for value in told.values())
    assert sum(told[name] != value for name, value in FIXED.items()) == 3


def test_output_is_counted_as_it_was_sent(served: Served, gpt: OpenAI) -> None:
    """A spoilt answer costs the tokens it has, not those of the right one."""
    whole = gpt.chat.completions.create(**chat()).usage
    served.fault("truncated_json", at=0.3)
    cut = gpt.chat.completions.create(**chat()).usage
    assert whole is not None
    assert cut is not None
    assert 0 < cut.completion_tokens < whole.completion_tokens
    assert cut.prompt_tokens == whole.prompt_tokens


def test_faults_of_several_kinds_come_together(served: Served, gpt: OpenAI) -> None:
    """Rules about the answer add up, and the journal names them all."""
    served.fault("placeholders", fields=["field_0"], words=["TBD"])
    served.fault("missing_fields", fields=["field_1"])
    told = json.loads(_ours(gpt)[0])
    assert (told["field_0"], "field_1" in told) == ("TBD", False)
    assert served.requests()[0]["outcome"] == "placeholders+missing_fields"
