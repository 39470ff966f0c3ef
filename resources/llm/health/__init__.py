"""Whether an endpoint may be asked, agreed on by all processes."""

from resources.llm.health.health import Health
from resources.llm.health.report import EndpointHealth, Look, Pass, Shut
from resources.llm.health.settings import BreakerSettings

__all__ = ["BreakerSettings", "EndpointHealth", "Health", "Look", "Pass", "Shut"]
