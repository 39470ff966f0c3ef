"""The adapters' contract against the real providers whose keys are set; each test costs a fraction of a cent."""

import json
from dataclasses import replace

import pytest

from resources.llm.endpoints import Endpoint, StructuredOutput
from resources.llm.errors import Auth, EndpointFailed, Truncated
from resources.llm.messages import Message, Prompt, Terms
from tests.live.conftest import Asker

SCHEMA = {
    "type": "object",
    "properties": {
        "supplier": {"type": "string", "description": "Who sends the quote."},
        "total": {"anyOf": [{"type": "number"}, {"type": "null"}], "description": "The total, null if not stated."},
    },
    "required": ["supplier", "total"],
}
DOCUMENT = "<document>\nQuote of Aldgate Tools Ltd.\nTotal: 12.50 EUR\n</document>"
PROMPT = Prompt("Copy what the document says.", (Message("user", DOCUMENT),), SCHEMA, "quote")
TERMS = Terms(max_tokens=400, timeout_s=60.0)


def is_read(text: str) -> bool:
    """The value, however the model writes the company's form."""
    value = json.loads(text.removeprefix("```json").strip("`\n "))
    return "Aldgate Tools" in value["supplier"] and value["total"] == 12.5


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_document_is_read(asker: Asker, chat: Endpoint, stream: bool) -> None:
    """In the shape of the schema, with tokens counted, and by the model that was named."""
    answer = await asker.ask(chat, PROMPT, replace(TERMS, stream=stream, structured_output=chat.structured_output))
    assert is_read(answer.text)
    assert answer.usage.input_tokens > 20
    assert answer.usage.output_tokens > 5
    assert answer.model
    assert (answer.first_token_s is not None) is stream


@pytest.mark.parametrize("mode", ["tool", "json_object", "text"])
async def test_every_mode_is_understood(asker: Asker, chat: Endpoint, mode: StructuredOutput) -> None:
    """Also those of which an endpoint has a stricter one."""
    assert is_read((await asker.ask(chat, PROMPT, replace(TERMS, structured_output=mode))).text)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_an_answer_that_is_cut_is_none(asker: Asker, chat: Endpoint, stream: bool) -> None:
    """And says what it used up."""
    with pytest.raises(Truncated) as raised:
        await asker.ask(chat, PROMPT, replace(TERMS, max_tokens=16, stream=stream, structured_output="text"))
    assert raised.value.usage.output_tokens > 0


async def test_a_wrong_key_is_told_without_telling_it(asker: Asker, chat: Endpoint) -> None:
    """It costs nothing, and is not retried."""
    wrong = "sk-wrong-key-of-a-test-0000000000"
    with pytest.raises(Auth) as raised:
        await asker.ask(replace(chat, api_key=wrong), PROMPT, TERMS)
    assert wrong not in str(raised.value)


async def test_a_model_that_is_not_there_is_told(asker: Asker, chat: Endpoint) -> None:
    """As what it is, and not as a failure of the moment."""
    with pytest.raises(EndpointFailed) as raised:
        await asker.ask(replace(chat, model=f"{chat.model}-that-is-not-there"), PROMPT, TERMS, priced=chat)
    assert not raised.value.again


async def test_a_schema_beyond_strict_modes_is_answered_all_the_same(asker: Asker, chat: Endpoint) -> None:
    """Forty values of two types each: more than some providers compile."""
    nullable = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    more = {f"detail_{number}": nullable for number in range(40)}
    wide = {**SCHEMA, "properties": {**SCHEMA["properties"], **more}}  # type: ignore[dict-item]
    prompt = Prompt(PROMPT.system, PROMPT.messages, wide, "quote")
    assert is_read((await asker.ask(chat, prompt, replace(TERMS, max_tokens=1500))).text)


async def test_limits_are_told(asker: Asker, chat: Endpoint) -> None:
    """By the providers that tell them."""
    if chat.provider not in ("openai", "anthropic"):
        pytest.skip(f"{chat.provider} does not say where we stand")
    told = (await asker.ask(chat, PROMPT, TERMS)).allowances
    assert {"requests"} <= {allowance.what for allowance in told}
    assert all(0 <= allowance.remaining <= allowance.limit for allowance in told)


async def test_texts_become_vectors(asker: Asker, embedder: Endpoint) -> None:
    """One a text, in their order."""
    asker.purse.take(embedder, 40, 0)
    async with asker.adapter(embedder) as adapter:
        vectors = await adapter.embed(embedder, ["delivery in two weeks", "price per kilogram"], 30.0)
    assert vectors.matrix.shape[0] == 2
    assert vectors.usage.input_tokens > 0
