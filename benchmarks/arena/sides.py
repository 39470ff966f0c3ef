"""Who is compared: each opens clients to the same endpoints, best first, and answers with the model that answered.

weir           the engine with the LLM_CONFIG of the task
weir-untold    the same without the provider's published limits, which it has to find out
sdk            OpenAI's SDK as it comes (two retries of its own), then the next endpoint
tenacity       three tries with random exponential pauses, then the next endpoint
litellm        LiteLLM's Router with a fallback, everything else as it comes
litellm-tuned  the same as its users tune it: no retries, two failures allowed, cooled for five seconds
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.arena.client import Ask, Open
from benchmarks.asked import request

Task = dict[str, Any]


@asynccontextmanager
async def _weir(task: Task) -> AsyncIterator[Ask]:
    from benchmarks.arena.weir import opened

    async with opened(task) as ask:
        yield ask


@asynccontextmanager
async def _sdk(task: Task) -> AsyncIterator[Ask]:
    import openai

    clients = [openai.AsyncOpenAI(base_url=each["url"], api_key="none") for each in task["endpoints"]]

    async def ask(number: int) -> str:
        for client, endpoint in zip(clients[:-1], task["endpoints"], strict=False):
            try:
                return await _model(client, endpoint, number)
            except openai.OpenAIError:
                continue
        return await _model(clients[-1], task["endpoints"][-1], number)

    yield ask


@asynccontextmanager
async def _tenacity(task: Task) -> AsyncIterator[Ask]:
    import openai
    import tenacity

    clients = [openai.AsyncOpenAI(base_url=each["url"], api_key="none", max_retries=0) for each in task["endpoints"]]
    tried = tenacity.retry(
        stop=tenacity.stop_after_attempt(3),
        wait=tenacity.wait_random_exponential(multiplier=0.5 / task["speed"], max=8 / task["speed"]),
        retry=tenacity.retry_if_exception_type(openai.OpenAIError),
        reraise=True,
    )(_model)

    async def ask(number: int) -> str:
        for client, endpoint in zip(clients[:-1], task["endpoints"], strict=False):
            try:
                return await tried(client, endpoint, number)
            except openai.OpenAIError:
                continue
        return await tried(clients[-1], task["endpoints"][-1], number)

    yield ask


async def _model(client: Any, endpoint: dict[str, str], number: int) -> str:
    answer = await client.chat.completions.create(model=endpoint["model"], **request(number))
    return str(answer.model)


def _litellm(cooldown_s: float | None = None, **settings: Any) -> Open:
    @asynccontextmanager
    async def opened(task: Task) -> AsyncIterator[Ask]:
        from benchmarks.arena.litellm_side import router

        cooled = {} if cooldown_s is None else {"cooldown_time": cooldown_s / task["speed"]}
        routed = router(task["endpoints"], **settings, **cooled)

        async def ask(number: int) -> str:
            answer = await routed.acompletion(model="step-0", **request(number))
            return str(answer.model)

        yield ask

    return opened


SIDES: dict[str, Open] = {
    "weir": _weir,
    "weir-untold": _weir,
    "sdk": _sdk,
    "tenacity": _tenacity,
    "litellm": _litellm(),
    "litellm-tuned": _litellm(num_retries=0, max_retries=0, allowed_fails=2, cooldown_s=5),
}
