"""OpenAI's wire as OpenAI's own SDK reads it."""

import json
import math
from typing import Any

import openai
import pytest
from openai import OpenAI
from pydantic import BaseModel, ConfigDict

from tests.sandbox_served import ASKED, EMBEDDER, FIXED, FUNCTION, LARGE, SCHEMA, SMALL, Served, chat, post


class Quote(BaseModel):
    model_config = ConfigDict(extra="forbid")
    supplier: str | None
    number: str | None


def test_a_plain_question_gets_a_text_and_says_how_it_ended(gpt: OpenAI) -> None:
    """Without a format the answer is text, with an id, the asked model's name and a finish reason."""
    answer = gpt.chat.completions.create(**chat(response_format={"type": "text"}))
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == SMALL
    assert answer.choices[0].finish_reason == "stop"
    assert isinstance(answer.choices[0].message.content, str)


def test_json_object_is_an_object(gpt: OpenAI) -> None:
    """`json_object` promises JSON and no schema."""
    answer = gpt.chat.completions.create(**chat(response_format={"type": "json_object"}))
    assert isinstance(json.loads(answer.choices[0].message.content or ""), dict)


def test_a_strict_schema_is_kept(gpt: OpenAI) -> None:
    """A strict schema decides the answer's shape; one allowed value leaves one answer."""
    answer = gpt.chat.completions.create(**chat())
    assert json.loads(answer.choices[0].message.content or "") == FIXED


def test_the_sdk_parses_into_a_model(gpt: OpenAI) -> None:
    """The schema the SDK makes of a pydantic model is taken, and the answer validates."""
    messages: Any = ASKED
    answer = gpt.chat.completions.parse(model=LARGE, messages=messages, response_format=Quote)
    assert isinstance(answer.choices[0].message.parsed, Quote)


@pytest.mark.parametrize("choice", ["auto", "required", {"type": "function", "function": {"name": "record"}}])
def test_a_tool_is_called_with_arguments_of_its_schema(gpt: OpenAI, choice: Any) -> None:
    """A tool on offer is called, however it was chosen."""
    answer = gpt.chat.completions.create(**chat(response_format=None, tools=[FUNCTION], tool_choice=choice))
    call: Any = (answer.choices[0].message.tool_calls or [None])[0]
    assert (call.type, call.function.name) == ("function", "record")
    assert json.loads(call.function.arguments) == FIXED
    assert answer.choices[0].finish_reason == "tool_calls"
    assert answer.choices[0].message.content is None


def test_the_chosen_tool_is_the_one_called(gpt: OpenAI) -> None:
    """`tool_choice` picks among several tools; `none` means no call at all."""
    other = {"type": "function", "function": {"name": "other", "parameters": {"type": "object", "properties": {}}}}
    named = {"type": "function", "function": {"name": "record"}}
    called = gpt.chat.completions.create(**chat(response_format=None, tools=[other, FUNCTION], tool_choice=named))
    silent = gpt.chat.completions.create(**chat(response_format=None, tools=[FUNCTION], tool_choice="none"))
    call: Any = (called.choices[0].message.tool_calls or [None])[0]
    assert call.function.name == "record"
    assert silent.choices[0].message.tool_calls is None


def test_usage_adds_up_and_grows_with_the_prompt(gpt: OpenAI) -> None:
    """Tokens are counted, not invented: their sum is right and a longer prompt has more."""
    short = gpt.chat.completions.create(**chat()).usage
    long = gpt.chat.completions.create(**chat(messages=[*ASKED, *ASKED])).usage
    assert short is not None
    assert long is not None
    assert short.total_tokens == short.prompt_tokens + short.completion_tokens
    assert long.prompt_tokens > short.prompt_tokens
    assert long.completion_tokens == short.completion_tokens > 0


def test_a_long_prompt_that_comes_again_is_reported_as_cached(gpt: OpenAI) -> None:
    """From 1024 tokens on the same instructions count as cached the second time, in steps of 128."""
    messages = [{"role": "system", "content": "cached only here " * 500}, *ASKED]
    first, second = (gpt.chat.completions.create(**chat(messages=messages)).usage for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.prompt_tokens_details is not None
    assert first.prompt_tokens_details.cached_tokens == 0
    assert second.prompt_tokens_details is not None
    assert second.prompt_tokens_details.cached_tokens >= 1024
    assert second.prompt_tokens_details.cached_tokens % 128 == 0


def test_a_token_limit_cuts_the_answer_and_says_so(gpt: OpenAI) -> None:
    """`max_completion_tokens` holds, with the finish reason that belongs to it."""
    answer = gpt.chat.completions.create(**chat(max_completion_tokens=8))
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 8


def test_a_stream_is_the_same_answer_in_pieces(gpt: OpenAI) -> None:
    """Streamed pieces join to the whole answer; the usage comes last and only if it was asked for."""
    whole = gpt.chat.completions.create(**chat())
    chunks: Any = list(gpt.chat.completions.create(**chat(stream=True, stream_options={"include_usage": True})))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert len(chunks) > 5
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.total_tokens == getattr(whole.usage, "total_tokens", None)


def test_a_stream_brings_no_usage_unasked(gpt: OpenAI) -> None:
    """Without `stream_options` no chunk has usage."""
    chunks: Any = list(gpt.chat.completions.create(**chat(stream=True)))
    assert [chunk.usage for chunk in chunks if chunk.usage] == []
    assert all(chunk.choices for chunk in chunks)


def test_a_streamed_tool_call_joins_to_its_arguments(gpt: OpenAI) -> None:
    """A tool's name comes first and its arguments in pieces."""
    body = chat(response_format=None, tools=[FUNCTION], stream=True)
    chunks: Any = list(gpt.chat.completions.create(**body))
    calls = [call for chunk in chunks for call in chunk.choices[0].delta.tool_calls or ()]
    assert calls[0].function.name == "record"
    assert json.loads("".join(call.function.arguments for call in calls)) == FIXED
    assert chunks[-1].choices[0].finish_reason == "tool_calls"


def test_the_stream_ends_with_its_sentinel(served: Served) -> None:
    """On the wire the last event is [DONE] and the last chunk is empty."""
    came = served.raw(post("/v1/chat/completions", chat(stream=True)))
    assert b"content-type: text/event-stream" in came
    assert came.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


async def test_the_asynchronous_client_works_alike(served: Served) -> None:
    """Both of the SDK's clients are served, whole and streamed."""
    async with served.openai_async() as client:
        whole: Any = await client.chat.completions.create(**chat())
        stream: Any = await client.chat.completions.create(**chat(stream=True))
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream])
    assert text == whole.choices[0].message.content


def test_embeddings_are_unit_vectors_one_a_text(gpt: OpenAI) -> None:
    """Every text has its vector, in order; the same text always the same one; the size is the model's."""
    texts = ["Aldgate Tools", "Castellan", "Aldgate Tools"]
    answer = gpt.embeddings.create(model=EMBEDDER, input=texts, encoding_format="float")
    first, other, again = (item.embedding for item in answer.data)
    assert [item.index for item in answer.data] == [0, 1, 2]
    assert first == again != other
    assert math.isclose(sum(value * value for value in first), 1.0)
    assert len(first) == 256
    assert answer.usage.total_tokens > 0


def test_base64_carries_the_same_vector(gpt: OpenAI) -> None:
    """The SDK's own default encoding gives the floats again, to float32."""
    plain = gpt.embeddings.create(model=EMBEDDER, input="Aldgate Tools", encoding_format="float").data[0].embedding
    packed = gpt.embeddings.create(model=EMBEDDER, input="Aldgate Tools").data[0].embedding
    assert packed == pytest.approx(plain, abs=1e-6)


def test_dimensions_decide_the_size(gpt: OpenAI) -> None:
    """`dimensions` is kept, in either encoding."""
    answer = gpt.embeddings.create(model=EMBEDDER, input="Aldgate", dimensions=32)
    assert len(answer.data[0].embedding) == 32


@pytest.mark.parametrize("given", ["", [], ["a", ""], [1, 2]])
def test_nothing_to_embed_is_refused(gpt: OpenAI, given: Any) -> None:
    """No text, an empty text or no text at all: 400 that names the input."""
    with pytest.raises(openai.BadRequestError) as refused:
        gpt.embeddings.create(model=EMBEDDER, input=given)
    assert refused.value.param == "input"


def test_the_models_say_that_they_are_none(gpt: OpenAI) -> None:
    """The list names what is served; each name says sandbox."""
    names = [model.id for model in gpt.models.list()]
    assert {SMALL, LARGE, EMBEDDER} == set(names)
    assert gpt.models.retrieve(SMALL).id == SMALL


def test_an_unknown_model_is_404(gpt: OpenAI) -> None:
    """A model that is not listed, or lacks the skill, is not found, and the sentence says what there is."""
    for ask in (
        lambda: gpt.chat.completions.create(**chat("gpt-nowhere")),
        lambda: gpt.chat.completions.create(**chat(EMBEDDER)),
        lambda: gpt.embeddings.create(model=SMALL, input="a"),
        lambda: gpt.models.retrieve("gpt-nowhere"),
    ):
        with pytest.raises(openai.NotFoundError, match=SMALL) as refused:
            ask()
        assert refused.value.code == "model_not_found"


_LOOSE = {"type": "json_schema", "json_schema": {"name": "r", "strict": True, "schema": {"type": "object"}}}
_BAD: dict[str, dict[str, Any]] = {
    "no model": {"messages": ASKED},
    "no messages": {"model": SMALL},
    "a bound below one": chat(max_tokens=0),
    "a format that is no object": chat(response_format="json"),
    "a schema that is no object": chat(
        response_format={"type": "json_schema", "json_schema": {"name": "r", "schema": []}}
    ),
    "a schema without a name": chat(response_format={"type": "json_schema", "json_schema": {"schema": SCHEMA}}),
    "a strict schema that is open": chat(response_format=_LOOSE),
    "stream options that are no object": chat(stream=True, stream_options=1),
    "a tool that is not there": chat(tools=[FUNCTION], tool_choice={"type": "function", "function": {"name": "x"}}),
}


@pytest.mark.parametrize("what", _BAD)
def test_a_bad_request_is_told_as_one(served: Served, what: str) -> None:
    """What is missing or of the wrong kind is 400 in the wire's own shape, never a crash."""
    answer = served.http.post("/v1/chat/completions", json=_BAD[what])
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert error["param"]
    assert answer.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"[" * 100_000])
def test_a_body_that_is_no_object_is_400(served: Served, body: bytes) -> None:
    """No JSON, or JSON of another kind, is the caller's mistake."""
    assert served.raw(post("/v1/chat/completions", body)).startswith(b"HTTP/1.1 400 Bad Request")


def test_half_a_surrogate_pair_does_no_harm(served: Served) -> None:
    """A lone surrogate in a request is legal JSON; the answer that repeats it stays legal too."""
    body = b'{"model":"\\ud800","messages":[{"role":"user","content":"\\ud800"}]}'
    head, _, content = served.raw(post("/v1/chat/completions", body)).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 404")
    assert "\ud800" in json.loads(content)["error"]["message"]


def test_a_prompt_beyond_the_context_is_refused(gpt: OpenAI) -> None:
    """Each model reads only so much; the larger one takes what the smaller refuses."""
    long = [{"role": "user", "content": "word " * 33_000}]
    with pytest.raises(openai.BadRequestError, match="maximum context length is 32000") as refused:
        gpt.chat.completions.create(**chat(messages=long))
    assert refused.value.code == "context_length_exceeded"
    assert gpt.chat.completions.create(**chat(LARGE, messages=long)).choices


def test_unknown_paths_and_methods_are_refused(served: Served) -> None:
    """A wrong address is 404, a wrong method 405, and the sentence names both."""
    nowhere = served.http.post("/v1/completions", json={})
    assert (nowhere.status_code, "/v1/completions" in nowhere.text) == (404, True)
    assert served.http.get("/v1/chat/completions").status_code == 405


def test_requests_on_one_connection_are_answered_in_order(served: Served) -> None:
    """Pipelined requests are answered one after the other, a slow one first if it came first."""
    served.fault("latency", seconds=0.05, nth=[1])
    first = post("/v1/chat/completions", chat()).replace(b"connection: close\r\n", b"")
    came = served.raw(first + post("/v1/chat/completions", {}))
    assert came.index(b"200 OK") < came.index(b"400 Bad Request")


def test_what_is_no_http_is_refused(served: Served) -> None:
    """Noise gets an answer and the end of the connection, and the server lives on."""
    assert served.raw(b"\x16\x03\x01\x02\x00nonsense\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert served.get("/health")["status"] == "ok"
