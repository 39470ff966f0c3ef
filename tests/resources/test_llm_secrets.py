"""No key reaches an error, its causes, a traceback or a log, whatever it looks like and wherever it is quoted."""

import logging
import string
import traceback
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.llm.adapters import connect
from resources.llm.errors import EndpointFailed, without_keys
from resources.llm.messages import Message, Prompt
from tests.resources.llm_parts import SCHEMA, endpoint, terms
from tests.resources.llm_wire import Reply, provider

PROMPT = Prompt("", (Message("user", "12"),), SCHEMA, "quote")
ALPHANUMERIC = string.ascii_letters + string.digits
PREFIXES = ["sk-", "sk-proj-", "sk-ant-api03-", "AIzaSy", "gsk_", "xai-", "hf_", "AKIA", "ASIA", "ABSK", "", "own."]
KEYS = st.builds(
    "{}{}".format,
    st.sampled_from(PREFIXES),
    st.text(ALPHANUMERIC + "-_", min_size=12, max_size=90),
)
QUOTES = [
    lambda key: Reply({"error": {"message": f"Incorrect key provided: {key}.", "type": "x", "code": "y"}}, 401),
    lambda key: Reply({"type": "error", "error": {"type": "api_error", "message": f"for {key}"}}, 500),
    lambda key: Reply([{"error": {"code": 400, "message": f"key={key}&alt=json", "status": "INVALID_ARGUMENT"}}], 400),
    lambda key: Reply({"message": f"Credential={key}/20261119/eu-central-1/bedrock/aws4_request"}, 403),
    lambda key: Reply({"error": {"code": 502, "message": f"upstream said {key}"}}, 200),
    lambda key: Reply(f"<html>{key}</html>".encode(), 502, content_type="text/html"),
    lambda key: Reply(f"<html>{key}</html>".encode(), 200, content_type="text/html"),
    lambda key: Reply(f'data: {{"error": {{"message": "{key}"}}}}\n\n'.encode(), 200, content_type="text/event-stream"),
]


@pytest.mark.parametrize(
    "quote", QUOTES, ids=["openai", "anthropic", "gemini", "bedrock", "200", "502", "page", "event"]
)
@pytest.mark.parametrize("who", ["openai", "anthropic", "bedrock"])
@settings(max_examples=4)
@given(key=KEYS)
async def test_a_key_that_is_quoted_is_blotted_out(who: str, quote: Any, key: str) -> None:
    """In the sentence, in the causes, and in all that a traceback prints."""
    async with provider(quote(key)) as it:
        wire = "openai" if who == "openai" else "anthropic"
        at = endpoint("it", provider=who, wire=wire, base_url=it.url, api_key=key, region="eu-central-1")
        adapter = connect(at)
        with pytest.raises(EndpointFailed) as raised:
            await adapter.complete(at, PROMPT, terms(at, stream=who == "openai"))
        await adapter.close()
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(at)
    causes: BaseException | None = raised.value
    while causes is not None:
        told += f"{causes.args} {causes.__dict__}"
        causes = causes.__cause__
    assert key not in told


async def test_no_key_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """Neither ours nor the SDKs' own, however much they are told to say."""
    caplog.set_level(logging.DEBUG)
    key = "own-key-of-the-test-1234567890"
    for who in ("openai", "anthropic"):
        async with provider(Reply({"error": {"message": "no"}}, 401)) as it:
            at = endpoint("it", provider=who, wire=who, base_url=it.url, api_key=key)
            adapter = connect(at)
            with pytest.raises(EndpointFailed):
                await adapter.complete(at, PROMPT, terms(at))
            await adapter.close()
    assert "/messages" in caplog.text
    assert key not in caplog.text


@given(st.sampled_from(PREFIXES[:10]), st.text(ALPHANUMERIC, min_size=20, max_size=60))
def test_known_shapes_need_no_knowledge_of_the_key(prefix: str, rest: str) -> None:
    """Also the keys of others, and of AWS, which the engine never sees."""
    assert rest not in without_keys(f"the key {prefix}{rest} is not known")


@given(st.lists(st.sampled_from(ALPHANUMERIC + "/+"), min_size=36, max_size=40).map("".join))
def test_secret_access_keys_are_known_by_their_looks(rest: str) -> None:
    """They have no prefix; but no word has 40 signs in both cases with digits."""
    secret = f"aB1{rest}"
    assert secret not in without_keys(f"SecretAccessKey={secret}")


def test_plain_words_stay() -> None:
    """A sentence that says nothing helps nobody."""
    for said in (
        "400 context_length_exceeded: This model's maximum context length is 128000 tokens.",
        "request 3f2504e0-4f89-11d3-9a0c-0305e82c3301 to https://api.openai.com/v1/chat/completions failed",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0 is not there",
    ):
        assert without_keys(said) == said
