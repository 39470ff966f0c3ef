"""Claude on Bedrock as the sandbox plays it, with Anthropic's own client for it."""

from collections.abc import Iterator
from typing import Any

import anthropic
import pytest
from anthropic import AnthropicBedrock

from tests.sandbox_served import ASKED, FIXED, LARGE, OUTPUT_CONFIG, Served

ASK: Any = {"model": LARGE, "max_tokens": 500, "messages": ASKED, "output_config": OUTPUT_CONFIG}


@pytest.fixture
def bedrock(served: Served) -> Iterator[AnthropicBedrock]:
    with AnthropicBedrock(api_key="made-up", aws_region="eu-central-1", base_url=served.url, max_retries=0) as client:
        yield client


def test_an_invocation_is_a_message(bedrock: AnthropicBedrock, served: Served) -> None:
    """The model is told by the path, the rest by Anthropic's body."""
    answer = bedrock.messages.create(**ASK)
    assert (answer.model, answer.stop_reason) == (LARGE, "end_turn")
    assert next(iter(FIXED.values())) in answer.content[0].text
    entry = served.requests()[-1]
    assert (entry["wire"], entry["path"], entry["model"]) == ("bedrock", f"/model/{LARGE}/invoke", LARGE)


def test_a_streamed_invocation_is_framed_as_aws_frames(bedrock: AnthropicBedrock) -> None:
    """The client checks every length and checksum."""
    with bedrock.messages.stream(**ASK) as stream:
        message = stream.get_final_message()
    assert message.usage.output_tokens > 0
    assert next(iter(FIXED.values())) in message.content[0].text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fault", "status", "exception"),
    [
        ({"kind": "rate_limited"}, 429, "ThrottlingException"),
        ({"kind": "quota_exhausted"}, 429, "ThrottlingException"),
        ({"kind": "context_too_long"}, 400, "ValidationException"),
        ({"kind": "status", "status": 503}, 503, "ServiceUnavailableException"),
        ({"kind": "status", "status": 403}, 403, "AccessDeniedException"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_a_fault_is_an_exception_of_bedrock(
    bedrock: AnthropicBedrock, served: Served, fault: dict[str, Any], status: int, exception: str
) -> None:
    """Its name stands in a header, its sentence in the body."""
    served.fault(**fault)
    with pytest.raises(anthropic.APIStatusError) as raised:
        bedrock.messages.create(**ASK)
    assert raised.value.status_code == status
    assert raised.value.response.headers["x-amzn-errortype"].startswith(f"{exception}:")
    if fault["kind"] == "quota_exhausted":
        assert "per day" in str(raised.value)


def test_an_exception_in_the_middle_of_a_stream_has_a_frame_of_its_own(
    bedrock: AnthropicBedrock, served: Served
) -> None:
    """As the client reads it."""
    served.fault("stream_error", status=429)
    with pytest.raises(anthropic.APIStatusError, match=r"(?i)throttlingException"):
        list(bedrock.messages.create(**ASK, stream=True))


def test_regions_are_told_apart_by_a_prefix(served: Served) -> None:
    """One server plays several: a rule is about the paths of one."""
    served.fault("status", status=503, path="/eu-central-1/*")
    for region, up in (("eu-central-1", False), ("us-east-1", True)):
        url = f"{served.url}/{region}"
        with AnthropicBedrock(api_key="made-up", aws_region=region, base_url=url, max_retries=0) as client:
            if up:
                assert client.messages.create(**ASK).stop_reason == "end_turn"
            else:
                with pytest.raises(anthropic.InternalServerError):
                    client.messages.create(**ASK)
