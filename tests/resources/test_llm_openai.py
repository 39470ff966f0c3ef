"""What goes out and comes back on the OpenAI wire."""

import base64
from typing import Any

import numpy as np
import pytest

from resources.llm.adapters.openai import OpenAIAdapter
from resources.llm.endpoints import Endpoint
from resources.llm.errors import ContentRefused, EndpointFailed, Malformed, Truncated
from resources.llm.messages import Allowance, Completion, Message, Prompt, Vectors
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import LoopbackProvider, Received, Reply, openai_answer, provider

PROMPT = Prompt("Be exact.", (Message("user", "12"),), SCHEMA, "quote")


async def complete(it: LoopbackProvider, prompt: Prompt = PROMPT, at: Endpoint | None = None) -> Completion:
    adapter = OpenAIAdapter(f"{it.url}/v1", "sk-secret-of-the-test")
    try:
        return await adapter.complete(at or endpoint("gpt"), prompt, terms(at))
    finally:
        await adapter.close()


async def sent(prompt: Prompt = PROMPT, at: Endpoint | None = None) -> Received:
    async with provider(Reply(openai_answer("{}"))) as it:
        await complete(it, prompt, at)
    return it.received[0]


async def failure(body: Any) -> EndpointFailed:
    async with provider(Reply(body)) as it:
        with pytest.raises(EndpointFailed) as raised:
            await complete(it)
    return raised.value


async def test_a_request_is_a_chat_completion_held_to_the_schema() -> None:
    """System and user turns, the strict schema, and the limit by the name reasoning models take it."""
    request = await sent()
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == "Bearer sk-secret-of-the-test"
    assert request.body["messages"] == [
        {"role": "system", "content": "Be exact."},
        {"role": "user", "content": "12"},
    ]
    assert request.body["response_format"]["json_schema"] == {
        "name": "quote",
        "strict": True,
        "schema": {**SCHEMA, "additionalProperties": False},
    }
    assert (request.body["model"], request.body["max_completion_tokens"]) == ("gpt-model-1", 500)
    assert "reasoning_effort" not in request.body


async def test_no_system_turn_is_sent_empty() -> None:
    """Some servers refuse a turn without a word."""
    request = await sent(Prompt("", PROMPT.messages, SCHEMA, "quote"))
    assert [turn["role"] for turn in request.body["messages"]] == ["user"]


async def test_effort_is_sent_where_it_is_configured() -> None:
    """Only models that think are told how much."""
    request = await sent(at=endpoint("gpt", reasoning_effort="none"))
    assert request.body["reasoning_effort"] == "none"


async def test_a_schema_that_cannot_be_strict_is_sent_as_it_is() -> None:
    """An object with any keys is described, not enforced; `accept` judges the answer."""
    free = {"type": "object", "properties": {"tags": {"type": "object"}}}
    request = await sent(Prompt("", PROMPT.messages, free, "quote"))
    assert request.body["response_format"]["json_schema"] == {"name": "quote", "strict": False, "schema": free}


async def test_the_turns_of_earlier_rounds_keep_their_roles() -> None:
    """What the model said and what was wrong with it follow the question."""
    turns = (Message("user", "12"), Message("assistant", "{}"), Message("user", "total is missing"))
    request = await sent(Prompt("", turns, SCHEMA, "quote"))
    assert [turn["role"] for turn in request.body["messages"]] == ["user", "assistant", "user"]


@pytest.mark.parametrize("reason", ["length", "max_tokens"])
async def test_an_answer_cut_by_its_limit_is_truncated(reason: str) -> None:
    """It says what it used up, for that is billed."""
    error = await failure(openai_answer('{"total": 1', finish_reason=reason))
    assert isinstance(error, Truncated)
    assert (error.usage.output_tokens, error.model, error.stop_reason) == (30, "served-1", reason)


@pytest.mark.parametrize(
    "body",
    [
        openai_answer(None, refusal="I cannot help with that."),
        openai_answer(None, finish_reason="content_filter"),
    ],
    ids=["refusal", "filter"],
)
async def test_a_refusal_in_a_whole_answer_is_content_refused(body: Any) -> None:
    """A 200 can be a refusal; its reason reaches the caller."""
    error = await failure(body)
    assert isinstance(error, ContentRefused)
    assert error.detail in ("I cannot help with that.", "content_filter")


@pytest.mark.parametrize(
    "body",
    [openai_answer(""), openai_answer(None), openai_answer("  \n"), openai_answer("x", choices=[])],
    ids=["empty", "null", "blank", "no choice"],
)
async def test_an_answer_without_a_word_is_malformed(body: Any) -> None:
    """Nothing was said, so nothing can be judged."""
    assert isinstance(await failure(body), Malformed)


async def test_text_that_no_database_holds_is_cleaned_at_the_border() -> None:
    """NUL and half a character leave an answer where it enters."""
    async with provider(Reply(openai_answer("a\u0000b\ud800c"))) as it:
        answer = await complete(it)
    assert answer.text == "ab?c"


async def embed(body: Any, texts: list[str], **changes: Any) -> tuple[Vectors, Received]:
    async with provider(Reply(body)) as it:
        adapter = OpenAIAdapter(f"{it.url}/v1", "sk-secret-of-the-test")
        try:
            return await adapter.embed(endpoint("embedder", **changes), texts, 10.0), it.received[0]
        finally:
            await adapter.close()


def vectors_body(*embeddings: Any) -> dict[str, Any]:
    data = [
        {"object": "embedding", "index": index, "embedding": embedding} for index, embedding in enumerate(embeddings)
    ]
    usage = {"prompt_tokens": 9, "total_tokens": 9}
    return {"object": "list", "data": data[::-1], "model": "vectors-1", "usage": usage}


def in_base64(*numbers: float) -> str:
    return base64.b64encode(np.array(numbers, dtype="<f4").tobytes()).decode()


async def test_where_we_stand_comes_with_vectors() -> None:
    """Embeddings have limits of their own."""
    limits = {"x-ratelimit-limit-tokens": "9", "x-ratelimit-remaining-tokens": "8", "x-ratelimit-reset-tokens": "7s"}
    async with provider(Reply(vectors_body(in_base64(1.0)), headers=limits)) as it:
        adapter = OpenAIAdapter(f"{it.url}/v1", "sk-secret-of-the-test")
        vectors = await adapter.embed(endpoint("embedder"), ["a"], 10.0)
        await adapter.close()
    assert vectors.allowances == (Allowance("tokens", 9, 8, 7.0),)


@pytest.mark.parametrize("form", [in_base64, lambda *numbers: list(numbers)], ids=["base64", "numbers"])
async def test_vectors_come_in_the_order_of_their_texts(form: Any) -> None:
    """As bytes, which is asked for, or as numbers, from servers that know nothing else."""
    vectors, request = await embed(vectors_body(form(1.0, 0.5), form(2.0, 0.25)), ["a", "b"])
    assert vectors.matrix.tolist() == [[1.0, 0.5], [2.0, 0.25]]
    assert vectors.matrix.dtype == np.float32
    assert (vectors.usage.input_tokens, vectors.model) == (9, "vectors-1")
    assert request.path == "/v1/embeddings"
    assert request.body == {"model": "embedder-model-1", "input": ["a", "b"], "encoding_format": "base64"}


async def test_the_length_of_vectors_is_asked_for_where_it_is_configured() -> None:
    """Not every model lets it be chosen."""
    _, request = await embed(vectors_body(in_base64(1.0)), ["a"], dimensions=1)
    assert request.body["dimensions"] == 1


@pytest.mark.parametrize(
    "body",
    [vectors_body(in_base64(1.0)), vectors_body([1.0], [1.0, 2.0]), {"data": None}, vectors_body("?", "!")],
    ids=["too few", "of two lengths", "none", "no base64"],
)
async def test_vectors_that_do_not_fit_their_texts_are_malformed(body: Any) -> None:
    """A vector must never land at another text."""
    with pytest.raises(Malformed):
        await embed(body, ["a", "b"])
