"""Who can be asked: the configuration against the environment, with and without the sandbox."""

from decimal import Decimal
from typing import Any

import pytest

from resources.llm.config import SHIPPED, check_config, load_config
from resources.llm.endpoints import Price, Route
from resources.llm.errors import ConfigRefused, NoProvider, UnknownTask
from resources.llm.plan import Plan, is_on, plan
from resources.llm.providers import DUMMY_KEY
from resources.llm.sections import LlmConfig

SANDBOX_URL = "http://127.0.0.1:4567"
OPENAI = {"OPENAI_API_KEY": "sk-one"}
ANTHROPIC = {"ANTHROPIC_API_KEY": "sk-two"}


@pytest.fixture(scope="module")
def shipped() -> LlmConfig:
    return load_config(SHIPPED)


def config(*endpoints: dict[str, Any], **route: Any) -> LlmConfig:
    """One route over these endpoints, in their order."""
    steps = [{"endpoint": endpoint["name"]} for endpoint in endpoints]
    return check_config({"endpoints": list(endpoints), "routes": [{"task": "extract", "steps": steps} | route]}, "x")


GPT = {"name": "gpt", "provider": "openai", "model": "gpt-5.4-mini-2026-03-17"}
CLAUDE = {"name": "claude", "provider": "anthropic", "model": "claude-haiku-4-5-20251001"}
OWN = {
    "name": "own",
    "provider": "openai",
    "model": "llama-3.3-70b",
    "base_url": "http://127.0.0.1:8000/v1",
    "price": {"input_usd_per_mtok": "0.1", "output_usd_per_mtok": "0.2"},
}


def names(route: Route | None) -> list[str]:
    return [step.endpoint.name for step in route.steps] if route else []


def addresses(it: Plan) -> dict[str, tuple[str, str]]:
    return {step.endpoint.name: (step.endpoint.base_url, step.endpoint.api_key) for step in it.routes["extract"].steps}


@pytest.mark.parametrize(
    ("variables", "asked", "embeds"),
    [
        (OPENAI, ["gpt-mini", "gpt"], ["embedder"]),
        (ANTHROPIC, ["claude-haiku", "claude-sonnet"], []),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, ["gpt-mini", "gpt"], ["embedder"]),
        (
            OPENAI | ANTHROPIC | {"GEMINI_API_KEY": "g"},
            ["gpt-mini", "claude-haiku", "gemini-lite", "gpt", "claude-sonnet", "gemini-flash"],
            ["embedder"],
        ),
        (ANTHROPIC | {"OPENAI_API_KEY": "  "}, ["claude-haiku", "claude-sonnet"], []),
    ],
    ids=["openai", "anthropic", "a base URL", "all", "a blank key"],
)
def test_a_provider_whose_key_or_url_is_set_is_on(
    shipped: LlmConfig, variables: dict[str, str], asked: list[str], embeds: list[str]
) -> None:
    """The shipped routes shrink to those who can be asked, in their order."""
    it = plan(shipped, variables)
    assert (names(it.routes["extract"]), names(it.embedding), it.is_sandbox) == (asked, embeds, False)
    assert is_on(shipped, variables)


def test_who_is_off_says_why(shipped: LlmConfig) -> None:
    """A health page can show it."""
    skipped = plan(shipped, OPENAI).skipped
    assert skipped["claude-haiku"] == "neither ANTHROPIC_API_KEY nor ANTHROPIC_BASE_URL is set"
    assert skipped["sandbox-openai"] == "the sandbox is not running"


def test_two_servers_of_ones_own_fall_back_in_order(shipped: LlmConfig) -> None:
    """Base URLs alone are enough; the SDKs get a key that is none."""
    own = {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "ANTHROPIC_BASE_URL": "http://127.0.0.1:2"}
    assert addresses(plan(shipped, own)) == {
        "gpt-mini": ("http://127.0.0.1:1/v1", DUMMY_KEY),
        "claude-haiku": ("http://127.0.0.1:2", DUMMY_KEY),
        "gpt": ("http://127.0.0.1:1/v1", DUMMY_KEY),
        "claude-sonnet": ("http://127.0.0.1:2", DUMMY_KEY),
    }


def test_a_key_goes_to_the_address_that_is_set_beside_it(shipped: LlmConfig) -> None:
    """A gateway needs both."""
    it = plan(shipped, OPENAI | {"OPENAI_BASE_URL": "https://gateway.example/v1"})
    assert addresses(it)["gpt"] == ("https://gateway.example/v1", "sk-one")


def test_a_key_alone_goes_to_its_provider(shipped: LlmConfig) -> None:
    """And to nobody else."""
    assert addresses(plan(shipped, ANTHROPIC))["claude-haiku"] == ("https://api.anthropic.com", "sk-two")


BEDROCK = {
    "name": "frankfurt",
    "provider": "bedrock",
    "region": "eu-central-1",
    "model": "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
}
FRANKFURT = "https://bedrock-runtime.eu-central-1.amazonaws.com"


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({"AWS_BEARER_TOKEN_BEDROCK": "t-1"}, (FRANKFURT, "t-1")),
        ({"AWS_PROFILE": "sales"}, (FRANKFURT, DUMMY_KEY)),
        ({"BEDROCK_BASE_URL": "http://127.0.0.1:9"}, ("http://127.0.0.1:9", DUMMY_KEY)),
    ],
)
def test_bedrock_is_on_by_its_token_or_by_aws_s_own_credentials(
    variables: dict[str, str], address: tuple[str, str]
) -> None:
    """A region is part of the address, and signing needs no key of ours."""
    assert addresses(plan(config(BEDROCK), variables))["frankfurt"] == address


def test_a_route_falls_back_to_another_s_endpoints_as_second_best() -> None:
    """The chain is followed to its end; who is in the route already keeps its place."""
    raw = {
        "endpoints": [GPT, CLAUDE, OWN],
        "routes": [
            {"task": "extract", "steps": [{"endpoint": "gpt"}], "fallback": "careful"},
            {"task": "careful", "steps": [{"endpoint": "claude"}, {"endpoint": "gpt"}], "fallback": "last"},
            {"task": "last", "steps": [{"endpoint": "own"}]},
        ],
    }
    route = plan(check_config(raw, "x"), OPENAI | ANTHROPIC).routes["extract"]
    assert [(step.endpoint.name, step.degraded) for step in route.steps] == [
        ("gpt", False),
        ("claude", True),
        ("own", True),
    ]


def test_everything_a_section_says_reaches_who_acts_on_it() -> None:
    """Breakers, limits, budgets, tiers and timeouts, each where it belongs."""
    raw = {
        "endpoints": [
            GPT
            | {
                "breaker": {"consecutive_failures": 7, "slow_s": 3},
                "limits": {"requests_per_minute": 60, "shape": "window"},
                "timeouts": {"first_token_s": 2, "stall_s": 1, "attempt_s": 40},
                "capabilities": {"vision": True, "streaming": False},
            }
        ],
        "routes": [
            {
                "task": "extract",
                "steps": [{"endpoint": "gpt", "tier": 3, "max_tokens": 9, "structured_output": "text"}],
                "hedge": {"after_s": 2},
                "retries": {"share": 0.5},
                "prefer": "price",
                "complex_above_chars": 5,
            }
        ],
        "budgets": [{"scope": "tenant", "per": "day", "limit_usd": "1.5"}],
    }
    it = plan(check_config(raw, "x"), OPENAI)
    route, step = it.routes["extract"], it.routes["extract"].steps[0]
    assert (it.breakers["gpt"].consecutive_failures, it.breakers["gpt"].probe_ttl_s) == (7, 50)
    assert (it.slow_floors_s["gpt"], it.limits["gpt"].requests_per_minute, it.limits["gpt"].shape) == (3, 60, "window")
    assert (step.tier, step.max_tokens, step.structured_output) == (3, 9, "text")
    assert (step.endpoint.first_token_timeout_s, step.endpoint.stall_timeout_s) == (2, 1)
    assert (step.endpoint.vision, step.endpoint.streaming) == (True, False)
    assert route.hedge is not None
    assert (route.hedge.after_s, route.retries.share, route.prefer) == (2, 0.5, "price")
    assert [(each.scope, each.per, each.limit_usd) for each in it.budgets] == [("tenant", "day", Decimal("1.5"))]


def test_another_key_is_another_door() -> None:
    """A quarantine holds for the key that earned it, and tells nothing of it."""
    one, two = (plan(config(GPT), {"OPENAI_API_KEY": key}).breakers["gpt"].identity for key in ("sk-a", "sk-b"))
    assert one != two
    assert "sk-" not in one


def test_a_server_of_ones_own_gets_no_key_that_is_not_meant_for_it() -> None:
    """The provider's key would be given away to whoever runs it."""
    it = plan(config(OWN), OPENAI)
    assert addresses(it)["own"] == ("http://127.0.0.1:8000/v1", DUMMY_KEY)
    meant = plan(config(OWN | {"api_key_env": "OWN_KEY"}), OPENAI | {"OWN_KEY": "k-1"})
    assert addresses(meant)["own"][1] == "k-1"


def test_an_endpoint_may_have_a_key_of_its_own() -> None:
    """Two accounts at one provider are two endpoints."""
    second = GPT | {"name": "second", "api_key_env": "SECOND_KEY"}
    it = plan(config(GPT, second), OPENAI | {"SECOND_KEY": "sk-second"})
    assert [key for _, key in addresses(it).values()] == ["sk-one", "sk-second"]


@pytest.mark.parametrize("variables", [{}, OPENAI])
def test_with_a_sandbox_only_the_sandbox_answers(shipped: LlmConfig, variables: dict[str, str]) -> None:
    """Rules and real models do not mix, on either wire, whatever else is set."""
    it = plan(shipped, variables, SANDBOX_URL)
    assert it.is_sandbox
    assert {name: url for name, (url, _) in addresses(it).items()} == {
        "sandbox-openai": f"{SANDBOX_URL}/v1",
        "sandbox-anthropic": SANDBOX_URL,
        "sandbox-small": f"{SANDBOX_URL}/v1",
    }
    assert names(it.embedding) == ["sandbox-embedder"]
    assert [step.degraded for step in it.routes["extract"].steps] == [False, False, True]


def test_with_nobody_on_and_no_sandbox_there_is_no_plan(shipped: LlmConfig) -> None:
    """It names what could be set."""
    assert not is_on(shipped, {})
    with pytest.raises(NoProvider, match=r"gpt: neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.*set the key"):
        plan(shipped, {})


def test_a_route_nobody_answers_is_an_error_of_its_task_alone() -> None:
    """Feeds of other tasks go on."""
    raw = {
        "endpoints": [GPT, CLAUDE],
        "routes": [
            {"task": "extract", "steps": [{"endpoint": "gpt"}]},
            {"task": "judge", "steps": [{"endpoint": "claude"}]},
        ],
    }
    it = plan(check_config(raw, "x"), OPENAI)
    assert it.route("extract").task == "extract"
    with pytest.raises(NoProvider, match="task judge is on \\(claude: neither"):
        it.route("judge")
    with pytest.raises(UnknownTask):
        it.route("other")


def test_a_model_without_a_price_is_refused() -> None:
    """With the path, and what to write for a server of one's own."""
    unpriced = {key: value for key, value in OWN.items() if key != "price"}
    with pytest.raises(ConfigRefused, match=r"endpoints\[1\]\.price: no price is known for llama-3.3-70b .*\(0 for"):
        plan(config(GPT, unpriced), OPENAI)


def test_a_model_without_a_price_may_stand_in_the_file_while_it_is_off() -> None:
    """Only what can be spent has to be counted."""
    off = {"name": "new", "provider": "gemini", "model": "gemini-of-tomorrow"}
    assert names(plan(config(GPT, off), OPENAI).routes["extract"]) == ["gpt"]


def test_a_price_of_ones_own_is_decimal() -> None:
    """As written, not as a float has it."""
    price = plan(config(OWN), {}).routes["extract"].steps[0].endpoint.price
    assert price == Price(Decimal("0.1"), Decimal("0.2"))


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"OPENAI_BASE_URL": "127.0.0.1:8000"}, "OPENAI_BASE_URL: it must begin with http"),
        ({"OPENAI_API_KEY": "sk-“quoted”"}, "OPENAI_API_KEY: it holds a character that cannot be sent"),
        ({"OPENAI_API_KEY": "sk-one\nsk-two"}, "OPENAI_API_KEY: it holds a character"),
    ],
)
def test_a_variable_that_cannot_be_used_is_refused_by_name(
    shipped: LlmConfig, variables: dict[str, str], says: str
) -> None:
    """And never by its value."""
    with pytest.raises(ConfigRefused, match=says) as raised:
        plan(shipped, variables)
    assert "sk-" not in str(raised.value)


def test_no_plan_shows_a_key(shipped: LlmConfig) -> None:
    """Neither printed nor in a traceback's variables."""
    assert "sk-one" not in repr(plan(shipped, OPENAI))


def version(it: LlmConfig, variables: dict[str, str] | None = None, sandbox_url: str | None = None) -> str:
    return plan(it, variables or OPENAI | ANTHROPIC, sandbox_url).routes["extract"].version


@pytest.mark.parametrize(
    "changed",
    [
        config(GPT | {"model": "gpt-5.5-2026-04-23"}, CLAUDE),
        config(GPT | {"max_tokens": 4096}, CLAUDE),
        config(GPT | {"reasoning_effort": "low"}, CLAUDE),
        config(CLAUDE, GPT),
        config(GPT),
        config(GPT, CLAUDE, steps=[{"endpoint": "gpt"}, {"endpoint": "claude", "degraded": True}]),
    ],
    ids=["model", "max_tokens", "effort", "order", "one less", "degraded"],
)
def test_what_could_answer_differently_is_another_version(changed: LlmConfig) -> None:
    """Materializing again then asks again."""
    assert version(changed) != version(config(GPT, CLAUDE))


@pytest.mark.parametrize(
    "changed",
    [
        config(GPT | {"timeouts": {"attempt_s": 9}}, CLAUDE),
        config(GPT | {"price": OWN["price"]}, CLAUDE),
        config(GPT | {"name": "renamed"}, CLAUDE),
        config(GPT, CLAUDE, deadline_s=9, max_attempts=9, attempts_per_endpoint=9),
    ],
    ids=["timeouts", "price", "name", "limits"],
)
def test_what_answers_the_same_is_the_same_version(changed: LlmConfig) -> None:
    """Nothing is extracted again for a longer deadline."""
    assert version(changed) == version(config(GPT, CLAUDE))


def test_a_second_key_does_not_extract_everything_again(shipped: LlmConfig) -> None:
    """Who is on does not change the version; whether it is the sandbox that answers does."""
    assert version(shipped, OPENAI) == version(shipped, ANTHROPIC) == version(shipped, OPENAI | ANTHROPIC)
    assert version(shipped, {}, SANDBOX_URL) != version(shipped, OPENAI)


def test_vectors_are_made_by_one_model() -> None:
    """The first that is on decides; another model's vectors cannot be compared with its own."""
    vectors = {"capabilities": {"embeddings": True}}
    raw = {
        "endpoints": [
            CLAUDE,
            {"name": "small", "provider": "openai", "model": "text-embedding-3-small"} | vectors,
            {"name": "large", "provider": "openai", "model": "text-embedding-3-large"} | vectors,
            OWN | {"name": "mirror", "model": "text-embedding-3-small"} | vectors,
        ],
        "routes": [{"task": "extract", "steps": [{"endpoint": "claude"}]}],
        "embedding": {"steps": [{"endpoint": name} for name in ("small", "large", "mirror")]},
    }
    it = plan(check_config(raw, "x"), OPENAI | ANTHROPIC)
    assert names(it.embedding) == ["small", "mirror"]
