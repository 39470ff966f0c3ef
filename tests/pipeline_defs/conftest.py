"""What several of these tests start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elsewhere import Elsewhere, a_project_in
from tests.pipeline_defs.notes import Project, a_note_project


@pytest.fixture
def elsewhere(tmp_path: Path, database_url: str) -> Iterator[Elsewhere]:
    with a_project_in(tmp_path, database_url) as project:
        yield project


@pytest.fixture
def project(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    with a_note_project(tmp_path, database_url, monkeypatch) as opened:
        yield opened
