"""Claude on Bedrock: Anthropic's bodies behind AWS's doors, through Anthropic's own client for them.

The classic runtime (InvokeModel) and not the newer Mantle: it is in every region, takes inference profiles, and its
exceptions tell a limit of the minute from one of the day.
"""

import base64
import json
from typing import Any

from anthropic import AsyncAnthropicBedrock
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import BotoCoreError

from resources.llm.adapters.anthropic import SDK, WIRE
from resources.llm.adapters.channel import Channel
from resources.llm.adapters.chat import ChatAdapter
from resources.llm.adapters.transport import direct_client
from resources.llm.endpoints import Endpoint
from resources.llm.errors import Auth
from resources.llm.providers import DUMMY_KEY

# The SDK raises a RuntimeError where the chain of credentials ends without any.
_BEDROCK = SDK._replace(failure=(*SDK.failure, BotoCoreError, RuntimeError), locked_out=(BotoCoreError, RuntimeError))


class BedrockAdapter(ChatAdapter):
    """One client, for one region and one event loop."""

    def __init__(self, endpoint: Endpoint) -> None:
        if endpoint.region is None:
            raise Auth(endpoint.name, "no region is configured for it, and none is guessed")
        # Without a token of ours, AWS's usual chain of credentials signs.
        token = None if endpoint.api_key == DUMMY_KEY else endpoint.api_key
        client = AsyncAnthropicBedrock(
            api_key=token,
            aws_region=endpoint.region,
            base_url=endpoint.base_url,
            max_retries=0,
            http_client=direct_client(endpoint.base_url),
        )
        super().__init__(Channel(client, _BEDROCK, endpoint.api_key, AwsEvents), WIRE)


class AwsEvents:
    """AWS frames its streams in binary; within is what Anthropic streams, or an exception."""

    def __init__(self) -> None:
        self._buffer: Any = EventStreamBuffer()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The data of the events that became whole."""
        self._buffer.add_data(chunk)
        return [_data(event.to_response_dict()) for event in self._buffer]


def _data(event: dict[str, Any]) -> bytes:
    headers = event["headers"]
    body = json.loads(event["body"])
    if headers.get(":message-type") == "event":
        return base64.b64decode(body["bytes"])
    name = str(headers.get(":exception-type") or headers.get(":error-code") or "InternalServerException")
    told = {"type": name[0].upper() + name[1:], "message": body.get("message", "")}
    return json.dumps({"type": "error", "error": told}).encode()
