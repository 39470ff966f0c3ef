"""What several of these tests start from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.elsewhere import Elsewhere, a_project_in


@pytest.fixture
def elsewhere(tmp_path: Path, database_url: str) -> Iterator[Elsewhere]:
    with a_project_in(tmp_path, database_url) as project:
        yield project
