"""An SDK is imported when the first endpoint that needs it is called, and not before."""

from resources.llm.endpoints import Endpoint
from resources.llm.messages import Adapter


def connect(endpoint: Endpoint) -> Adapter:
    """A client for whatever is behind this endpoint's address."""
    if endpoint.provider == "bedrock":
        from resources.llm.adapters.bedrock import BedrockAdapter

        return BedrockAdapter(endpoint)
    if endpoint.wire == "anthropic":
        from resources.llm.adapters.anthropic import AnthropicAdapter

        return AnthropicAdapter(endpoint.base_url, endpoint.api_key)
    from resources.llm.adapters.openai import OpenAIAdapter

    return OpenAIAdapter(endpoint.base_url, endpoint.api_key)
