"""Pictures go only to endpoints that see, as base64."""

import base64

from resources.llm.endpoints import Endpoint
from resources.llm.errors import BadRequest
from resources.llm.messages import Image, Prompt


def refuse_unseen(endpoint: Endpoint, prompt: Prompt) -> None:
    """A model that does not see is not sent pictures, neither to be refused nor to be guessed at."""
    if not endpoint.vision and any(message.images for message in prompt.messages):
        raise BadRequest(endpoint.name, "the prompt holds pictures, and this endpoint does not see")


def as_base64(image: Image) -> str:
    return base64.b64encode(image.content).decode("ascii")


def as_data_url(image: Image) -> str:
    return f"data:{image.media_type};base64,{as_base64(image)}"
