"""What is known of each provider, as data; a provider whose key or base URL is set is on."""

from dataclasses import dataclass

from resources.llm.endpoints import Wire

DUMMY_KEY = "no-key-needed"  # the SDKs insist on one; a server of one's own does not


@dataclass(frozen=True, slots=True)
class Provider:
    """`price_list` is its name in genai-prices; the sandbox and servers of one's own have none.

    `chain_variables`: where one of them is set, requests are signed with what it leads to, and no key is needed.
    """

    name: str
    wire: Wire
    key_variable: str | None = None
    url_variable: str | None = None
    base_url: str | None = None
    price_list: str | None = None
    chain_variables: tuple[str, ...] = ()
    limit_name: str = "max_completion_tokens"


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(
            "openai",
            "openai",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "https://api.openai.com/v1",
            "openai",
        ),
        Provider(
            "anthropic",
            "anthropic",
            "ANTHROPIC_API_KEY",
            "ANTHROPIC_BASE_URL",
            "https://api.anthropic.com",
            "anthropic",
        ),
        Provider(
            "gemini",
            "openai",
            "GEMINI_API_KEY",
            "GEMINI_BASE_URL",
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "google",
        ),
        Provider(
            "bedrock",
            "anthropic",
            "AWS_BEARER_TOKEN_BEDROCK",
            "BEDROCK_BASE_URL",
            "https://bedrock-runtime.{region}.amazonaws.com",
            "aws",
            (
                "AWS_ACCESS_KEY_ID",
                "AWS_PROFILE",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            ),
        ),
        # Ollama, vLLM, a gateway: `base_url` says where; not all of them know the newer name of the limit.
        Provider("compatible", "openai", limit_name="max_tokens"),
        Provider("sandbox", "openai"),
    )
}
