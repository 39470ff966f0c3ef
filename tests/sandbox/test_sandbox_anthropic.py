"""Anthropic's wire as Anthropic's own SDK reads it."""

import json
from itertools import groupby
from typing import Any

import anthropic
import pytest
from anthropic import Anthropic
from pydantic import BaseModel, ConfigDict

from tests.sandbox_served import ASKED, FIXED, LARGE, SMALL, TOOL, Served, message, post

_EVENTS = [
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
]


class Quote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    supplier: str | None


def _texts(answer: Any) -> str:
    return "".join(block.text for block in answer.content if block.type == "text")


@pytest.mark.parametrize("prefix", ["", "/anthropic"])
def test_a_plain_question_gets_a_text(served: Served, prefix: str) -> None:
    """Without a format the answer is one text block; any prefix may stand before the path."""
    with served.anthropic(prefix) as client:
        answer: Any = client.messages.create(model=SMALL, max_tokens=50, messages=ASKED)  # type: ignore[arg-type]
    assert answer.id.startswith("msg_")
    assert (answer.role, answer.model, answer.stop_reason) == ("assistant", SMALL, "end_turn")
    assert [block.type for block in answer.content] == ["text"]
    assert served.requests()[0]["path"] == f"{prefix}/v1/messages"


def test_the_output_format_is_kept(claude: Anthropic) -> None:
    """A json_schema in `output_config` decides the answer's shape."""
    assert json.loads(_texts(claude.messages.create(**message()))) == FIXED


def test_the_sdk_parses_into_a_model(claude: Anthropic) -> None:
    """The schema the SDK makes of a pydantic model is taken, and the answer validates."""
    messages: Any = ASKED
    answer = claude.messages.parse(model=LARGE, max_tokens=200, messages=messages, output_format=Quote)
    assert isinstance(answer.parsed_output, Quote)


@pytest.mark.parametrize("choice", [{"type": "auto"}, {"type": "any"}, {"type": "tool", "name": "record"}])
def test_a_strict_tool_is_used(claude: Anthropic, choice: Any) -> None:
    """A tool on offer is used with an input of its schema, however it was chosen."""
    answer: Any = claude.messages.create(**message(output_config={}, tools=[TOOL], tool_choice=choice))
    assert answer.stop_reason == "tool_use"
    assert [(block.type, block.name, block.input) for block in answer.content] == [("tool_use", "record", FIXED)]


def test_no_tool_is_used_when_none_is_chosen(claude: Anthropic) -> None:
    """`tool_choice` none means text."""
    body = message(output_config={}, tools=[TOOL], tool_choice={"type": "none"})
    assert claude.messages.create(**body).stop_reason == "end_turn"


def test_a_stream_has_the_events_in_their_order(claude: Anthropic) -> None:
    """message_start, one block from start to stop, message_delta with the stop reason, message_stop."""
    with claude.messages.create(**message(stream=True)) as stream:
        events: Any = list(stream)
    assert [kind for kind, _ in groupby(event.type for event in events)] == _EVENTS
    assert events[0].message.usage.input_tokens > 0
    assert events[-2].delta.stop_reason == "end_turn"
    assert events[-2].usage.output_tokens > 1


def test_the_sdk_collects_a_stream_into_the_same_message(claude: Anthropic) -> None:
    """What the SDK gathers from a stream is what it gets at once."""
    whole: Any = claude.messages.create(**message())
    with claude.messages.stream(**message()) as stream:
        gathered: Any = stream.get_final_message()
    assert _texts(gathered) == _texts(whole)
    assert gathered.stop_reason == whole.stop_reason
    assert gathered.usage.output_tokens == whole.usage.output_tokens


def test_a_streamed_tool_input_joins_to_its_value(claude: Anthropic) -> None:
    """A tool's input comes as pieces of JSON."""
    with claude.messages.stream(**message(output_config={}, tools=[TOOL])) as stream:
        gathered: Any = stream.get_final_message()
    assert gathered.content[0].input == FIXED
    assert gathered.stop_reason == "tool_use"


async def test_the_asynchronous_client_works_alike(served: Served) -> None:
    """Both of the SDK's clients are served, whole and streamed."""
    async with served.anthropic_async() as client:
        whole = await client.messages.create(**message())
        async with client.messages.stream(**message()) as stream:
            gathered = await stream.get_final_message()
    assert _texts(gathered) == _texts(whole)


def test_a_token_limit_cuts_the_answer_and_says_so(claude: Anthropic) -> None:
    """`max_tokens` holds, with the stop reason that belongs to it."""
    answer = claude.messages.create(**message(max_tokens=8))
    assert answer.stop_reason == "max_tokens"
    assert answer.usage.output_tokens == 8


def test_a_marked_prompt_is_written_to_the_cache_and_then_read(claude: Anthropic) -> None:
    """The first time counts as written, the second as read, and the sum stays the same."""
    system = [{"type": "text", "text": "cached only here " * 500, "cache_control": {"type": "ephemeral"}}]
    first, second = (claude.messages.create(**message(system=system)).usage for _ in range(2))
    written, read = first.cache_creation_input_tokens or 0, second.cache_read_input_tokens or 0
    assert written == read >= 1024
    assert first.cache_read_input_tokens == second.cache_creation_input_tokens == 0
    assert first.input_tokens == second.input_tokens > 0


def test_tokens_can_be_counted_beforehand(claude: Anthropic) -> None:
    """The count beforehand is the count afterwards."""
    messages: Any = ASKED
    counted = claude.messages.count_tokens(model=SMALL, messages=messages)
    answered = claude.messages.create(model=SMALL, max_tokens=10, messages=messages)
    assert counted.input_tokens == answered.usage.input_tokens


def test_the_models_are_listed_on_this_wire_too(claude: Anthropic) -> None:
    """The version header tells the wires apart; each name says that it is no language model."""
    listed = list(claude.models.list())
    assert SMALL in [model.id for model in listed]
    assert all("no language model" in model.display_name for model in listed)


def test_an_unknown_model_is_404(claude: Anthropic) -> None:
    """A model that is not listed is not found, and the sentence says what there is."""
    with pytest.raises(anthropic.NotFoundError, match=SMALL):
        claude.messages.create(**message("claude-nowhere"))


_BAD: dict[str, dict[str, Any]] = {
    "no model": {"messages": ASKED, "max_tokens": 5},
    "no messages": {"model": SMALL, "max_tokens": 5},
    "an empty list of messages": message(messages=[]),
    "no max_tokens": {"model": SMALL, "messages": ASKED},
    "a bound below one": message(max_tokens=0),
    "a system message among the turns": message(messages=[{"role": "system", "content": "a"}]),
    "a format that is no object": message(output_config={"format": "json"}),
    "an open schema": message(output_config={"format": {"type": "json_schema", "schema": {"type": "object"}}}),
    "no schema": message(output_config={"format": {"type": "json_schema"}}),
    "a tool that is not there": message(tools=[TOOL], tool_choice={"type": "tool", "name": "x"}),
    "a tool choice that is no object": message(tools=[TOOL], tool_choice="auto"),
}


@pytest.mark.parametrize("what", _BAD)
def test_a_bad_request_is_told_as_one(served: Served, what: str) -> None:
    """What is missing or of the wrong kind is 400 in the wire's own shape, never a crash."""
    answer = served.http.post("/v1/messages", json=_BAD[what])
    assert answer.status_code == 400
    assert answer.json()["type"] == "error"
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert answer.headers["request-id"] == answer.json()["request_id"]


def test_the_stream_on_the_wire_names_its_events(served: Served) -> None:
    """Each event has its name on a line of its own, with a ping among the first."""
    came = served.raw(post("/v1/messages", message(stream=True)))
    assert b"event: message_start\ndata: {" in came
    assert b"event: ping\n" in came
    assert came.endswith(b'event: message_stop\ndata: {"type":"message_stop"}\n\n\r\n0\r\n\r\n')
