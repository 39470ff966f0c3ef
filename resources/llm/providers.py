"""What is known of each provider, as data; a provider whose key or base URL is set is on."""

from dataclasses import dataclass

from resources.llm.model import Wire

DUMMY_KEY = "no-key-needed"  # the SDKs insist on one; a server of one's own does not


@dataclass(frozen=True, slots=True)
class Provider:
    """`price_list` is its name in genai-prices; the sandbox has none, it costs nothing."""

    name: str
    wire: Wire
    key_variable: str | None = None
    url_variable: str | None = None
    base_url: str | None = None
    price_list: str | None = None
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
        Provider("sandbox", "openai"),
    )
}
