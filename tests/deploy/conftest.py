"""Two small wheels, made here, in place of a package index."""

import pytest

from tests.deploy.install_place import Ground, write_wheel


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    root = tmp_path_factory.mktemp("a place with späces")
    wheels = tmp_path_factory.mktemp("wheels")  # pip splits its list of folders at spaces
    lock = root / "requirements.lock"
    absent = "never_there==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:" + "0" * 64 + "\n    # via nobody\n"
    lock.write_text(write_wheel(wheels, "weir_probe", "1.0") + absent + write_wheel(wheels, "weir_other", "2.0"))
    return Ground(lock, wheels, root / ".venv")
