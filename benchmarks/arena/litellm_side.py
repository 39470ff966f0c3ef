"""LiteLLM's Router over the endpoints of a task; it runs in its own environment, so its types are not known here."""

import importlib
import logging
from typing import Any


def router(endpoints: list[dict[str, str]], max_retries: int | None = None, **settings: Any) -> Any:
    """One deployment a group, each group falling back to those after it."""
    litellm: Any = importlib.import_module("litellm")
    litellm.telemetry = False
    litellm.suppress_debug_info = True
    logging.getLogger("LiteLLM").setLevel(logging.CRITICAL)
    logging.getLogger("LiteLLM Router").setLevel(logging.CRITICAL)
    more = {} if max_retries is None else {"max_retries": max_retries}
    groups = [
        {
            "model_name": f"step-{position}",
            "litellm_params": {
                "model": f"openai/{each['model']}",
                "api_base": each["url"],
                "api_key": "none",
                **more,
            },
        }
        for position, each in enumerate(endpoints)
    ]
    names = [group["model_name"] for group in groups]
    fallbacks = [{names[0]: names[1:]}] if names[1:] else []
    return litellm.Router(model_list=groups, fallbacks=fallbacks, **settings)
