"""The engine as Dagster sees it: typed, loadable without a key, its values replaceable for one run."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml

from resources.llm.config import SHIPPED
from resources.llm.errors import ConfigRefused
from resources.llm.resource import BudgetOverride, EndpointOverride, LimitsOverride, LlmResource, RouteOverride
from resources.llm.sections import BudgetConfig, EndpointConfig, LimitsConfig, RouteConfig
from tests.resources.llm_parts import CALL, CALLER, MemoryStore, needs_total
from tests.resources.llm_wire import Reply, anthropic_answer, provider

OPENAI = {"OPENAI_API_KEY": "sk-one"}


def test_definitions_load_without_a_key() -> None:
    """What needs a key is opened by a run, not by the code location."""

    @dg.asset
    def answers(llm: LlmResource) -> None: ...

    definitions = dg.Definitions(assets=[answers], resources={"llm": LlmResource()})
    dg.Definitions.validate_loadable(definitions)


def test_every_field_is_described() -> None:
    """The launchpad shows what a value means."""
    for model in (LlmResource, EndpointOverride, LimitsOverride, RouteOverride, BudgetOverride):
        assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("override", "section"),
    [
        (EndpointOverride, EndpointConfig),
        (LimitsOverride, LimitsConfig),
        (RouteOverride, RouteConfig),
        (BudgetOverride, BudgetConfig),
    ],
)
def test_what_can_be_replaced_is_what_the_file_has(override: Any, section: Any) -> None:
    """The launchpad and the file speak of the same fields."""
    assert override.model_fields.keys() <= section.model_fields.keys()


def test_the_shipped_file_is_the_default() -> None:
    """Nothing has to be set."""
    config = LlmResource().load({})
    assert config.routes[0].task == "extract"


def test_the_variable_names_another_file_and_the_resource_a_third(tmp_path: Path) -> None:
    """What is written in code is nearer than the environment."""
    paths = [tmp_path / name for name in ("one.yaml", "two.yaml")]
    for deadline_s, path in enumerate(paths, start=1):
        raw = yaml.safe_load(SHIPPED.read_text())
        raw["routes"][0]["deadline_s"] = deadline_s
        path.write_text(yaml.safe_dump(raw))
    variables = {"LLM_CONFIG": str(paths[0])}
    assert LlmResource().load(variables).routes[0].deadline_s == 1
    assert LlmResource(config_file=str(paths[1])).load(variables).routes[0].deadline_s == 2


def test_a_relative_path_starts_at_the_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever the working directory is."""
    monkeypatch.chdir(tmp_path)
    assert LlmResource(config_file="resources/llm/default.yaml").load({}).routes


def test_a_run_replaces_single_values() -> None:
    """As the launchpad sends them, through Dagster's own parsing."""
    seen: list[Any] = []

    @dg.asset
    def answers(llm: LlmResource) -> None:
        seen.append(llm.load({}))

    given = {
        "endpoints": {"gpt": {"model": "gpt-5.5-2026-04-23"}},
        "routes": {"extract": {"deadline_s": 30.0, "max_attempts": 3}},
    }
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [answers],
            resources={"llm": LlmResource.configure_at_launch()},
            run_config={"resources": {"llm": {"config": given}}},
            instance=instance,
        )
    assert result.success
    assert {each.name: each.model for each in seen[0].endpoints}["gpt"] == "gpt-5.5-2026-04-23"
    assert (seen[0].routes[0].deadline_s, seen[0].routes[0].max_attempts) == (30.0, 3)
    assert seen[0].routes[0].attempts_per_endpoint == 2


def test_a_replaced_value_is_judged() -> None:
    """A zero in the launchpad is as wrong as one in the file."""
    resource = LlmResource(routes={"extract": RouteOverride(deadline_s=0)})
    with pytest.raises(ConfigRefused, match=r"routes\[0\]\.deadline_s"):
        resource.load({})


async def test_it_opens_on_a_provider() -> None:
    """The engine is ready, and no request was sent."""
    async with LlmResource().open(MemoryStore(), variables=OPENAI) as llm:
        assert (llm.is_sandbox, llm.embedding_model) == (False, "text-embedding-3-small")
        assert llm.version("extract")


async def test_it_opens_on_a_sandbox() -> None:
    """Whoever holds one passes its URL."""
    async with LlmResource().open(MemoryStore(), sandbox_url="http://127.0.0.1:1", variables={}) as llm:
        assert (llm.is_sandbox, llm.embedding_model) == (True, "sandbox-hashed-embedding")


def test_it_knows_whether_a_provider_is_on() -> None:
    """Without one the sandbox has to answer."""
    assert LlmResource().has_provider(OPENAI)
    assert not LlmResource().has_provider({})


async def test_servers_of_ones_own_answer_with_ordered_fallback() -> None:
    """Two base URLs and the shipped file are all it takes; the second is asked when the first cannot."""
    answer = anthropic_answer({"type": "text", "text": '{"total": 12}'})
    async with provider(Reply(b"", 503)) as first, provider(Reply(answer)) as second:
        own = {"OPENAI_BASE_URL": f"{first.url}/v1", "ANTHROPIC_BASE_URL": second.url}
        async with LlmResource().open(MemoryStore(), variables=own) as llm:
            given = await llm.ask(CALL, CALLER, needs_total)
    assert (given.value, given.endpoint, given.model) == ({"total": 12}, "claude-haiku", "served-1")
    assert [request.path for request in first.received] == ["/v1/chat/completions"] * 2
    assert [request.path for request in second.received] == ["/v1/messages"]
