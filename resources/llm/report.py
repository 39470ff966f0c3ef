"""Which endpoints can be called, and why not the others: for the health command and its endpoint."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from resources.llm.endpoints import Endpoint, Route
from resources.llm.health import EndpointHealth
from resources.llm.pace import Pace
from resources.llm.plan import Plan


@dataclass(frozen=True, slots=True)
class EndpointReport:
    """One endpoint; `why` is empty where nothing is against it. Counts are of the breaker's window."""

    name: str
    model: str
    provider: str
    region: str | None
    state: str
    why: str
    for_s: float
    calls: int
    failed: int
    slow: int
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None

    @property
    def is_callable(self) -> bool:
        return self.state in ("closed", "ramping")


@dataclass(frozen=True, slots=True)
class Report:
    endpoints: tuple[EndpointReport, ...]
    off: Mapping[str, str]
    tasks: Mapping[str, tuple[str, ...]]
    """Who can be asked for each task, best first."""
    alone: bool
    """Whether the ledger took no part, so that this is what one process knows."""

    @property
    def is_well(self) -> bool:
        return all(self.tasks.values())

    def told(self) -> dict[str, Any]:
        """As JSON has it."""
        endpoints = [{**asdict(each), "callable": each.is_callable} for each in self.endpoints]
        return {
            "well": self.is_well,
            "alone": self.alone,
            "tasks": dict(self.tasks),
            "endpoints": endpoints,
            "off": dict(self.off),
        }


def report(plan: Plan, health: Mapping[str, EndpointHealth], pace: Pace, *, alone: bool) -> Report:
    """Every endpoint of the plan and every task, as they stand now."""
    routes = [*plan.routes.values(), *([plan.embedding] if plan.embedding else [])]
    endpoints = {step.endpoint.name: step.endpoint for route in routes for step in route.steps}
    reports = {
        name: _endpoint(endpoint, health[name], _task_of(name, routes), pace) for name, endpoint in endpoints.items()
    }
    tasks = {route.task: _callable(route, reports) for route in routes}
    return Report(
        tuple(reports.values()),
        plan.skipped,
        {**tasks, **dict.fromkeys(plan.unanswerable, ())},
        alone,
    )


def _task_of(name: str, routes: list[Route]) -> str:
    return next(route.task for route in routes if any(step.endpoint.name == name for step in route.steps))


def _callable(route: Route, reports: Mapping[str, EndpointReport]) -> tuple[str, ...]:
    return tuple(step.endpoint.name for step in route.steps if reports[step.endpoint.name].is_callable)


def _endpoint(endpoint: Endpoint, health: EndpointHealth, task: str, pace: Pace) -> EndpointReport:
    known = pace.percentiles(endpoint.name, task)
    return EndpointReport(
        endpoint.name,
        endpoint.model,
        endpoint.provider,
        endpoint.region,
        health.state,
        health.why,
        round(health.for_s, 1),
        health.calls,
        health.failed,
        health.slow,
        *(known or (None, None, None)),
    )
