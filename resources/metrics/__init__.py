"""What Prometheus is told, read from the ledger: steps are too short-lived to be scraped, and counters outlive them."""

from resources.metrics.collector import Collector
from resources.metrics.server import metrics_server

__all__ = ["Collector", "metrics_server"]
