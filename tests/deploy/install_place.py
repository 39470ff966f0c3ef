"""A place to install in, with a folder of wheels in place of a package index."""

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "deploy" / "install.py"


def write_wheel(folder: Path, name: str, version: str) -> str:
    """Writes a wheel with one module and one console script; returns its line for a lock."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"def main() -> None:\n    print('{name} {version}')\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    files[f"{info}/RECORD"] = "".join(_entry(path, text) for path, text in files.items()) + f"{info}/RECORD,,\n"
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def _entry(path: str, text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text.encode())}\n"


@dataclass(frozen=True)
class Ground:
    """A place to install in: a lock, the wheels that it names, and where the environment goes."""

    lock: Path
    wheels: Path
    venv: Path

    @property
    def site(self) -> Path:
        return next(self.venv.glob("lib/python3.*/site-packages"))

    def elsewhere(self, folder: Path) -> "Ground":
        return replace(self, venv=folder / ".venv")

    def command(self, *more: str) -> list[str]:
        own = ["--lock", str(self.lock), "--venv", str(self.venv), "--space-gb", "0.01"]
        return [sys.executable, str(SCRIPT), *own, *more]

    def environ(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return kept | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.wheels)} | more

    def install(self, *more: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Runs the script as `make` does; nothing leaves this machine."""
        return subprocess.run(
            self.command(*more), env=self.environ(**environ), capture_output=True, text=True, timeout=100, check=False
        )
