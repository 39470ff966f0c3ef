"""What providers do wrong, at once and at endpoints of their own, against the real engine, adapters and sockets."""

import asyncio

import pytest

from benchmarks.conduct.faults import FAULTS, Fault
from benchmarks.conduct.playing import Played, play_all
from benchmarks.provider import running
from resources.llm.endpoints import Wire

# A full run's ten seconds are one here; a full run is `python -m benchmarks.resilience --scenarios conformance`.
SPEED = 10.0
WIRES: tuple[Wire, ...] = ("openai", "anthropic")


@pytest.fixture(scope="module")
def played() -> dict[tuple[str, Wire], Played]:
    with running() as provider:
        runs = asyncio.run(play_all(provider, FAULTS, WIRES, SPEED))
    return {(run.fault.number, run.wire): run for run in runs}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("fault", [f for f in FAULTS if f.number not in ("S07", "S15")], ids=lambda fault: fault.number)
def test_conduct_under_a_fault(played: dict[tuple[str, Wire], Played], fault: Fault, wire: Wire) -> None:
    """The caller is served, or told why not, in time; the provider is not hammered; nothing is billed that was not."""
    run = played[fault.number, wire]
    assert run.verdict == "pass", f"{fault.title}: {run.told}"


def test_all_sixteen_are_played(played: dict[tuple[str, Wire], Played]) -> None:
    """S01 to S16 on both wires; a scenario that is gone is not passed."""
    assert {number for number, _ in played} == {f"S{number:02}" for number in range(1, 17)}
