"""What LLM_CONFIG may not say is refused with the field's path and the remedy."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from resources.llm.config import SHIPPED, check_config, load_config
from resources.llm.errors import ConfigRefused
from resources.llm.sections import LlmConfig


def plain() -> dict[str, Any]:
    """The smallest configuration that can be used."""
    return {
        "endpoints": [
            {"name": "gpt", "provider": "openai", "model": "gpt-5.4-mini-2026-03-17"},
            {"name": "claude", "provider": "anthropic", "model": "claude-haiku-4-5-20251001"},
            {
                "name": "embedder",
                "provider": "openai",
                "model": "text-embedding-3-small",
                "capabilities": {"embeddings": True},
            },
        ],
        "routes": [{"task": "extract", "steps": [{"endpoint": "gpt"}, {"endpoint": "claude"}]}],
        "embedding": {"steps": [{"endpoint": "embedder"}]},
    }


def change(path: str, value: Any) -> dict[str, Any]:
    """The plain configuration with one value set; None removes it."""
    raw = plain()
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = raw
    for part in way:
        place = place.setdefault(part, {}) if isinstance(place, dict) else place[part]
    if value is None:
        del place[last]
    elif isinstance(place, list):
        place.insert(int(last), value)
    else:
        place[last] = value
    return raw


REFUSED = [
    ("endpoints.0.model", "latest", "endpoints[0].model", "alias that moves.*write the dated model"),
    ("endpoints.0.model", "claude-3-5-haiku-latest", "endpoints[0].model", "alias that moves"),
    ("endpoints.0.model", "llama3:latest", "endpoints[0].model", "alias that moves"),
    ("endpoints.0.model", None, "endpoints[0].model", "required; add it"),
    ("endpoints.0.provider", "opneai", "endpoints[0].provider", "'bedrock', 'compatible' or 'sandbox'"),
    ("endpoints.0.provider", "bedrock", "endpoints[0].region", "answers in a region; add it"),
    ("endpoints.0.provider", "compatible", "endpoints[0].base_url", "no address of its own; add it"),
    ("endpoints.0.provider", "compatible", "endpoints[0].price", "no table knows its price; add it"),
    ("endpoints.0.region", "eu-central-1", "endpoints[0].region", "only Bedrock has regions; remove it"),
    ("endpoints.0.limits.requests_per_minute", 0, "endpoints[0].limits.requests_per_minute", "greater than 0"),
    ("endpoints.0.limits.tokens_per_minute", 0, "endpoints[0].limits.tokens_per_minute", "switched off by a 0"),
    ("endpoints.0.breaker.failure_share", 1.5, "endpoints[0].breaker.failure_share", "less than or equal to 1"),
    ("endpoints.0.breaker.ramp", [], "endpoints[0].breaker.ramp", "list at least one"),
    ("endpoints.0.breaker.ramp", [1, 0], "endpoints[0].breaker.ramp[1]", "greater than 0"),
    ("endpoints.0.breaker.open_s", 99, "endpoints[0].breaker.open_s", "longer than the longest; lower it"),
    (
        "endpoints.1.capabilities.structured_output",
        "json_object",
        "endpoints[1].capabilities.structured_output",
        "text",
    ),
    ("routes.0.fallback", "extrct", "routes[0].fallback", "no route answers 'extrct'; there are extract"),
    ("routes.0.fallback", "extract", "routes[0].fallback", "leads back to itself .extract -> extract.; remove"),
    ("routes.0.steps.0.tier", 0, "routes[0].steps[0].tier", "greater than or equal to 1"),
    ("routes.0.prefer", "speed", "routes[0].prefer", "'order', 'price' or 'latency'"),
    ("routes.0.hedge.share", 0.2, "routes[0].hedge.share", "less than or equal to 0.05"),
    ("routes.0.escalate_after", 0, "routes[0].escalate_after", "greater than 0"),
    ("budgets", [{"scope": "all", "per": "day", "limit_usd": 0}], "budgets[0].limit_usd", "greater than 0"),
    ("budgets", [{"scope": "all", "name": "x", "per": "day", "limit_usd": 1}], "budgets[0].name", "remove it"),
    ("budgets", [{"scope": "feed", "per": "day", "limit_usd": 1}] * 2, "budgets[1].name", "is taken already"),
    ("endpoints.0.modle", "x", "endpoints[0].modle", "remove it, or correct its spelling"),
    ("endpoints.0.name", "GPT 5", "endpoints[0].name", "match pattern"),
    ("endpoints.0.max_tokens", 0, "endpoints[0].max_tokens", "greater than 0; give a larger value"),
    ("endpoints.0.timeouts.attempt_s", 0, "endpoints[0].timeouts.attempt_s", "greater than 0"),
    ("endpoints.0.base_url", "localhost:8000", "endpoints[0].base_url", "match pattern.*https"),
    ("endpoints.0.api_key_env", "sk-abc-def", "endpoints[0].api_key_env", "match pattern"),
    ("endpoints.0.wire", "anthropic", "endpoints[0].wire", "speaks its own wire; remove it"),
    ("endpoints.0.price", {"input_usd_per_mtok": 1}, "endpoints[0].price.output_usd_per_mtok", "add it"),
    (
        "endpoints.0.capabilities",
        {"structured_output": "tool", "tools": False},
        "endpoints[0].capabilities.tools",
        "without tools no answer can be forced by one; write json_object",
    ),
    ("endpoints.1.capabilities.embeddings", True, "endpoints[1].capabilities.embeddings", "no embeddings"),
    ("endpoints.1.reasoning_effort", "none", "endpoints[1].reasoning_effort", "begins at low"),
    ("endpoints.1.name", "gpt", "endpoints[1].name", "'gpt' is taken already"),
    ("endpoints", [], "endpoints", "at least 1 item.*list at least one"),
    ("endpoints", {"gpt": {}}, "endpoints", "write a list"),
    ("routes.0.steps.0.endpoint", "gtp", "routes[0].steps[0].endpoint", "no endpoint is named 'gtp'; there are gpt"),
    ("routes.0.steps.1.endpoint", "gpt", "routes[0].steps[1].endpoint", "in this route already"),
    ("routes.0.steps.1.endpoint", "embedder", "routes[0].steps[1].endpoint", "makes vectors"),
    ("routes.0.steps", [], "routes[0].steps", "list at least one"),
    ("routes.0.deadline_s", 0, "routes[0].deadline_s", "greater than 0"),
    ("routes.0.attempts_per_endpoint", 0, "routes[0].attempts_per_endpoint", "greater than 0"),
    ("routes.0.max_attempts", 2, "routes[0].max_attempts", "2 validation rounds need at least 3 attempts; raise"),
    ("routes.0.max_validation_rounds", -1, "routes[0].max_validation_rounds", "greater than or equal to 0"),
    ("routes.1", plain()["routes"][0], "routes[1].task", "'extract' is taken already"),
    ("embedding.steps.0.endpoint", "gpt", "embedding.steps[0].endpoint", "does not make vectors"),
]


@pytest.mark.parametrize(("path", "value", "named", "says"), REFUSED)
def test_what_cannot_be_used_is_refused_where_it_stands(path: str, value: Any, named: str, says: str) -> None:
    """With the path of the field, as it is written, and what to do about it."""
    with pytest.raises(ConfigRefused, match=says) as raised:
        check_config(change(path, value), "llm.yaml")
    assert named in [problem.path for problem in raised.value.problems]
    assert str(raised.value).startswith("The LLM configuration in llm.yaml cannot be used:\n")


def test_a_key_in_the_wrong_place_is_not_repeated() -> None:
    """Who writes the key where its variable's name belongs does not find it in the log."""
    with pytest.raises(ConfigRefused) as raised:
        check_config(change("endpoints.0.api_key_env", "sk-abc-def"), "llm.yaml")
    assert "sk-abc" not in str(raised.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    """One start is enough to correct the file."""
    raw = change("endpoints.0.max_tokens", 0)
    raw["routes"][0]["deadline_s"] = 0
    with pytest.raises(ConfigRefused) as raised:
        check_config(raw, "llm.yaml")
    assert len(raised.value.problems) == 2


def test_the_plain_configuration_is_taken() -> None:
    """And filled with what the facts recommend."""
    config = check_config(plain(), "llm.yaml")
    route = config.routes[0]
    assert (route.attempts_per_endpoint, route.max_attempts, route.deadline_s) == (2, 6, 300)
    assert config.endpoints[0].timeouts.attempt_s == 120


def test_a_circle_of_fallbacks_is_refused_wherever_it_is_entered() -> None:
    """With the way it takes; who only leads into it is not to blame."""
    raw = plain()
    raw["routes"] = [
        {"task": task, "steps": [{"endpoint": "gpt"}], "fallback": fallback}
        for task, fallback in (("a", "b"), ("b", "c"), ("c", "b"))
    ]
    with pytest.raises(ConfigRefused) as raised:
        check_config(raw, "llm.yaml")
    said = {problem.path: problem.sentence for problem in raised.value.problems}
    assert list(said) == ["routes[1].fallback", "routes[2].fallback"]
    assert "b -> c -> b" in said["routes[1].fallback"]


def every_field(model: Any) -> list[tuple[str, Any]]:
    """All fields, also those of the sections within."""
    found = []
    for name, field in model.model_fields.items():
        found.append((f"{model.__name__}.{name}", field))
        for part in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if hasattr(part, "model_fields"):
                found.extend(every_field(part))
    return found


def test_every_field_says_what_it_is() -> None:
    """The configuration documents itself."""
    assert [name for name, field in every_field(LlmConfig) if not field.description] == []


def test_the_shipped_file_is_taken_and_pins_its_models() -> None:
    """No name in it moves by itself."""
    config = load_config(SHIPPED)
    assert [route.task for route in config.routes] == ["extract"]
    assert {endpoint.provider for endpoint in config.endpoints} == {"openai", "anthropic", "gemini", "sandbox"}
    assert {step.tier for step in config.routes[0].steps} == {1, 2}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("endpoints:\n  - name: gpt\n   provider: x\n", r"line 3: is not YAML"),
        ("", "holds no endpoints; start from the shipped file"),
        ("- a\n- b\n", "holds no endpoints"),
    ],
    ids=["broken", "empty", "a list"],
)
def test_a_file_that_holds_no_configuration_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """With its line, where it has one."""
    path = tmp_path / "llm.yaml"
    path.write_text(text)
    with pytest.raises(ConfigRefused, match=says):
        load_config(path)


def test_a_file_that_is_not_there_names_the_variable(tmp_path: Path) -> None:
    """Who set LLM_CONFIG is told what to do with it."""
    with pytest.raises(ConfigRefused, match=r"none\.yaml.*\n.*cannot be read .*correct LLM_CONFIG, or unset it"):
        load_config(tmp_path / "none.yaml")


def written(tmp_path: Path) -> Path:
    path = tmp_path / "llm.yaml"
    path.write_text(yaml.safe_dump(plain()))
    return path


def test_single_values_can_be_replaced_by_name(tmp_path: Path) -> None:
    """Everything else stays as the file has it."""
    overrides = {"endpoints": {"gpt": {"model": "gpt-5.5-2026-04-23"}}, "routes": {"extract": {"deadline_s": 9}}}
    config = load_config(written(tmp_path), overrides)
    assert config.endpoints[0].model == "gpt-5.5-2026-04-23"
    assert config.endpoints[1].model == "claude-haiku-4-5-20251001"
    assert config.routes[0].deadline_s == 9


def test_a_section_is_replaced_value_by_value_and_budgets_as_a_whole(tmp_path: Path) -> None:
    """What the launchpad does not name stays."""
    path = tmp_path / "llm.yaml"
    raw = change("endpoints.0.limits", {"requests_per_minute": 60, "tokens_per_minute": 9000})
    raw["budgets"] = [{"scope": "all", "per": "month", "limit_usd": 5}]
    path.write_text(yaml.safe_dump(raw))
    overrides = {
        "endpoints": {"gpt": {"limits": {"requests_per_minute": 7}}},
        "budgets": [{"scope": "all", "name": "*", "per": "day", "limit_usd": "0.5"}],
    }
    config = load_config(path, overrides)
    limits = config.endpoints[0].limits
    assert (limits.requests_per_minute, limits.tokens_per_minute) == (7, 9000)
    assert [(budget.per, str(budget.limit_usd)) for budget in config.budgets] == [("day", "0.5")]


def test_replaced_values_are_judged_like_the_file_s(tmp_path: Path) -> None:
    """The launchpad is no way around a refusal."""
    with pytest.raises(ConfigRefused, match=r"endpoints\[0\]\.model: .*alias"):
        load_config(written(tmp_path), {"endpoints": {"gpt": {"model": "gpt-latest"}}})


def test_what_the_file_does_not_have_cannot_be_replaced(tmp_path: Path) -> None:
    """A misspelt name replaces nothing silently."""
    with pytest.raises(ConfigRefused, match=r"routes\.extrct: the file has no such task; it has extract"):
        load_config(written(tmp_path), {"routes": {"extrct": {"deadline_s": 9}}})
