"""Which endpoints can be called, and why not the others: once, or for whoever asks over HTTP."""

import asyncio
import json
import threading
from contextlib import closing

from assets.answers import AnswerBook
from resources.environment import Environment
from resources.ledger import Ledger
from resources.ledger.database import database_url
from resources.llm.report import EndpointReport, Report
from resources.llm.resource import LlmResource
from resources.logs import say
from resources.probes import ProbeServer, address_of


def health(*, as_json: bool, probe: str | None) -> int:
    if probe:
        return _serve(probe)
    report = asyncio.run(_look())
    print(json.dumps(report.told(), indent=2) if as_json else table(report))
    return 0 if report.is_well else 1


def _serve(probe: str) -> int:
    def check() -> tuple[bool, dict[str, object]]:
        report = asyncio.run(_look())
        return report.is_well, report.told()

    host, port = address_of(probe)
    with closing(ProbeServer({"/health": check}, host, port)) as server:
        say(f"http://{host}:{server.port}/health")
        threading.Event().wait()
    return 0


async def _look() -> Report:
    with Ledger.open(database_url(Environment.read())) as ledger:
        async with LlmResource().open(AnswerBook(ledger), ledger.board) as llm:
            return await llm.report()


def table(report: Report) -> str:
    """For a person at a terminal."""
    lines = [_line(each) for each in report.endpoints]
    lines += [f"{name:20} off         {why}" for name, why in report.off.items()]
    lines.append("")
    lines += [f"task {task}: {', '.join(names) or 'NOBODY can be asked'}" for task, names in report.tasks.items()]
    if report.alone:
        lines.append("The ledger does not answer: this is what a process alone knows.")
    return "\n".join(lines)


def _line(each: EndpointReport) -> str:
    rest = f" for {each.for_s:.0f} s" if each.for_s else ""
    why = f"{each.why}" if each.why and not each.is_callable else ""
    pace = (
        f"p50 {each.p50_s:.2f} s, p95 {each.p95_s:.2f} s" if each.p50_s is not None and each.p95_s is not None else ""
    )
    counts = f"{each.calls} calls, {each.failed} failed, {each.slow} slow in its window" if each.calls else ""
    said = "; ".join(filter(None, (why, counts, pace)))
    state = "callable" if each.state == "closed" else each.state
    return f"{each.name:20} {state + rest:11} {each.model}{f' ({said})' if said else ''}"
