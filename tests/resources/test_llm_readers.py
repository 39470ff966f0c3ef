"""Whatever a server sends, an adapter's reader makes an answer or an error of the tree of it, and nothing else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resources.llm.adapters import anthropic, openai
from resources.llm.adapters.anthropic_stream import AnthropicHearing
from resources.llm.adapters.bedrock import AwsEvents
from resources.llm.adapters.channel import Received
from resources.llm.adapters.events import ServerSentEvents
from resources.llm.adapters.failures import of_event
from resources.llm.adapters.hearing import Hearing, Interrupted
from resources.llm.adapters.openai_stream import OpenAIHearing
from resources.llm.adapters.vectors import read_vectors
from resources.llm.errors import EndpointFailed
from resources.llm.messages import Completion
from sandbox.bedrock_wire import error_frame, reply_frames
from sandbox.problems import problem_of
from sandbox.question import Reply, Usage
from tests.resources.llm_parts import endpoint
from tests.resources.llm_wire import anthropic_answer, openai_answer

AT = endpoint("it")
WORDS = ["choices", "message", "content", "delta", "error", "type", "text", "usage", "stop_reason", "finish_reason"]
WORDS += ["tool_calls", "function", "arguments", "index", "content_block", "message_start", "content_block_delta"]
WORDS += ["details", "violations", "quotaId", "code", "status", "stop_details", "data", "embedding", "tool_use"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(WORDS)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=15,
)


def damaged(body: Any, way: int, by: Any) -> Any:
    """The same body with one of its values replaced."""
    places: list[tuple[Any, Any]] = []
    copy = json.loads(json.dumps(body))

    def visit(value: Any) -> None:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            places.append((value, key))
            if isinstance(inner, dict | list):
                visit(inner)

    visit(copy)
    holder, key = places[way % len(places)]
    holder[key] = by
    return copy


BODIES = {
    "openai": openai_answer('{"total": 12}'),
    "anthropic": anthropic_answer({"type": "tool_use", "id": "1", "name": "quote", "input": {"total": 12}}),
}
READERS = {"openai": openai.read_completion, "anthropic": anthropic.read_completion}


@pytest.mark.parametrize("wire", ["openai", "anthropic"])
@given(way=st.integers(0, 100), by=ANYTHING)
def test_any_body_is_an_answer_or_an_error_of_the_tree(wire: str, way: int, by: Any) -> None:
    """Whichever of its values is something else."""
    for body in (by, damaged(BODIES[wire], way, by)):
        try:
            read = READERS[wire](AT, Received(body))
        except EndpointFailed:
            continue
        assert isinstance(read, Completion)
        assert read.text.strip()
        assert read.usage.input_tokens >= 0


@given(st.lists(ANYTHING, max_size=4), st.sampled_from([OpenAIHearing, AnthropicHearing]))
def test_any_events_are_heard_or_refused(events: list[Any], hear: type[Hearing]) -> None:
    """With errors that the channel knows; what was heard is a body that the reader takes or refuses."""
    hearing = hear()
    for event in events:
        try:
            hearing.take(json.dumps(event).encode())
        except (AttributeError, IndexError, Interrupted, KeyError, TypeError, ValueError):
            break
    reader = READERS["openai" if hear is OpenAIHearing else "anthropic"]
    with suppress(EndpointFailed):
        reader(AT, Received(hearing.body()))


@given(ANYTHING)
def test_any_error_body_is_a_leaf(body: Any) -> None:
    """Also one that no provider has."""
    assert isinstance(of_event("it", body), EndpointFailed)


@given(ANYTHING)
def test_any_vectors_are_vectors_or_an_error(body: Any) -> None:
    """A vector must never land at another text."""
    with suppress(EndpointFailed):
        assert read_vectors(AT, Received(body), 1).matrix.shape[0] == 1


@given(st.lists(st.text("ab\u00e9 {}", max_size=20), max_size=5), st.lists(st.integers(1, 60), max_size=20))
def test_events_are_the_same_however_their_bytes_arrive(told: list[str], cuts: list[int]) -> None:
    """Networks cut where they like, also within a character; comments and names are no data."""
    sent = b"".join(f": ping\r\n\r\nevent: x\r\ndata: {text}\r\n\r\n".encode() for text in told)
    decoder, heard, start = ServerSentEvents(), [], 0
    for size in [*cuts, len(sent)]:
        heard += decoder.feed(sent[start : start + size])
        start += size
    assert heard == [text.strip().encode() for text in told]


def test_lines_of_one_event_belong_together_and_half_an_event_is_none() -> None:
    """As the standard of server-sent events has it."""
    decoder = ServerSentEvents()
    assert decoder.feed(b"data: one\ndata: two\n\ndata: three\n") == [b"one\n two"]
    assert decoder.feed(b"\n") == [b"three"]


@given(st.lists(st.integers(1, 400), max_size=20))
def test_frames_of_aws_are_the_same_however_their_bytes_arrive(cuts: list[int]) -> None:
    """Within are Anthropic's own events, and at last an exception."""
    reply = Reply("msg_1", "claude", 0, '{"total": 12}', "end", Usage(5, 3))
    frames = [frame.data for frame in reply_frames(reply, True)] + [error_frame(problem_of(429)).data]
    sent, decoder, heard, start = b"".join(frames), AwsEvents(), [], 0
    for size in [*cuts, len(b"".join(frames))]:
        heard += decoder.feed(sent[start : start + size])
        start += size
    hearing = AnthropicHearing()
    for data in heard[:-1]:
        hearing.take(data)
    assert hearing.is_whole
    assert hearing.body()["content"] == [{"type": "text", "text": '{"total": 12}'}]
    assert json.loads(heard[-1])["error"]["type"] == "ThrottlingException"
