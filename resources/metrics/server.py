"""Where Prometheus scrapes, and where a container's probes ask."""

from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from resources.metrics.collector import Collector
from resources.probes import ProbeServer, Text


def metrics_server(collector: Collector, host: str, port: int) -> ProbeServer:
    """`/metrics`, `/healthz` (it lives) and `/readyz` (it reads the ledger)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(collector)

    def metrics() -> Text:
        return Text(CONTENT_TYPE_LATEST, generate_latest(registry))

    def ready() -> tuple[bool, dict[str, Any]]:
        trouble = collector.trouble()
        return trouble is None, {"ready": trouble is None, "trouble": trouble}

    return ProbeServer(
        {"/healthz": lambda: (True, {"live": True}), "/readyz": ready}, host, port, {"/metrics": metrics}
    )
