"""Checks an asset makes of itself as it is made: they cost no step, close no gate, and cannot fail the asset."""

import asyncio
from collections.abc import Callable, Mapping

import dagster as dg

from assets.checks import answers, costs, delivery, files, outcomes, speed, texts
from assets.checks.check import Check
from assets.checks.finding import Finding
from assets.checks.scene import Scene

Look = Callable[[Scene], Finding]
Tell = Callable[[str], None]

LOOKS: Mapping[Check, Look] = {
    **files.LOOKS,
    **texts.LOOKS,
    **outcomes.LOOKS,
    **answers.LOOKS,
    **speed.LOOKS,
    **costs.LOOKS,
    **delivery.LOOKS,
}


def specs_of(asset: str) -> list[dg.AssetCheckSpec]:
    return [check.spec() for check in LOOKS if check.asset == asset]


async def looked(asset: str, scene: Scene, tell: Tell) -> list[dg.AssetCheckResult]:
    """What every check of the asset saw; those that did not pass are told."""
    looks = {check: look for check, look in LOOKS.items() if check.asset == asset}
    findings = await asyncio.to_thread(lambda: {check: _found(look, scene) for check, look in looks.items()})
    for check, finding in findings.items():
        if not finding.passed:
            tell(f"{finding.severity} {check.name}: {finding.sentence}")
    return [check.report(finding, scene.feed.owner) for check, finding in findings.items()]


def _found(look: Look, scene: Scene) -> Finding:
    """A check that cannot look says so: the work it looks at is done and stays done."""
    try:
        return look(scene)
    except Exception as problem:
        return Finding("WARN", f"this could not be looked at: {type(problem).__name__}: {problem}", {})
