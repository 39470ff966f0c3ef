"""A run that is killed costs at most the calls in flight: the next one pays for nothing again and delivers once."""

import subprocess
import sys
import time
from pathlib import Path

from assets.extractions import AT_ONCE
from resources.environment import ROOT
from tests.elsewhere import KEY, Elsewhere

NOTES, ANSWERED = 30, 10


def start(project: Elsewhere) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "dagster",
        "asset",
        "materialize",
        "--select",
        "group:pipeline",
        "--partition",
        KEY,
    ]
    log = (project.folder / "killed.log").open("wb")
    with log:
        return subprocess.Popen(
            [*command, "-m", "pipeline_defs.definitions"], env=project.variables, cwd=ROOT, stdout=log, stderr=log
        )


def test_a_run_killed_in_the_middle_is_finished_by_the_next(elsewhere: Elsewhere) -> None:
    """kill -9 while models are asked: afterwards every note is delivered exactly once, and little was asked twice."""
    for number in range(NOTES):
        elsewhere.drop(f"{number:02}.txt", f"Note number: DN-{number}\nDelivered on: 2026-11-17\n")
    elsewhere.provider.silent_after = ANSWERED
    run = start(elsewhere)
    deadline = time.monotonic() + 60
    while elsewhere.provider.asked < ANSWERED + AT_ONCE and time.monotonic() < deadline:
        time.sleep(0.05)
    run.kill()
    run.wait()
    assert elsewhere.provider.asked == ANSWERED + AT_ONCE, Path(elsewhere.folder / "killed.log").read_text()[-2000:]
    elsewhere.provider.silent_after = None
    elsewhere.provider.may_answer.set()
    ended = elsewhere.materialize()
    assert ended.returncode == 0, ended.stderr[-2000:]
    subjects = [event["subject"] for event in elsewhere.delivered()]
    assert len(subjects) == len(set(subjects)) == NOTES
    assert elsewhere.provider.asked <= NOTES + AT_ONCE
