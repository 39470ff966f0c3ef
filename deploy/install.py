"""Which Python builds the environment, decided by whatever `python3` runs this: written so that an old one can read it.

Nothing here needs more than Python 3.2 (hence the quoted types and the sentences put together by hand); what comes
after, in `deploy/environment`, is read by a Python that is new enough.
"""

import argparse
import hashlib
import os
import sys

OLDEST = (3, 11)
NEWEST = (3, 14)  # up to here every package of the lock has a wheel; beyond, pip has the last word
OTHERS = ("python3.13", "python3.12", "python3.11", "python3.14")
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
LAYOUT = b"1"  # counts up when this program fills an environment differently

RANGE = repr(OLDEST) + " <= sys.version_info[:2] <= " + repr(NEWEST)
PROBE = "import sys, venv, ensurepip; ensurepip.version(); sys.exit(not " + RANGE + ")"


def fingerprint(lock: str, venv: str) -> str:
    """What an installation rests on: the lock, the place it was made for, the Python beneath it."""
    with open(lock, "rb") as file:
        parts = [LAYOUT, hashlib.sha256(file.read()).digest()]
    places = (ROOT, venv, os.path.realpath(os.path.join(venv, "bin", "python")))
    return hashlib.sha256(b"\0".join(parts + [os.fsencode(place) for place in places])).hexdigest()


def is_current(lock: str, venv: str, this_python: bool) -> bool:
    """True if nothing is to be done. Asked at the start of every command, so it starts no process."""
    if this_python and not os.path.isdir(library(venv, sys.version_info[:2])):
        return False
    try:
        with open(os.path.join(venv, ".weir", "stamp")) as file:
            stamp = file.read().strip()
        return os.path.exists(os.path.join(venv, "bin", "python")) and stamp == fingerprint(lock, venv)
    except (OSError, ValueError):
        return False


def library(venv: str, version: "tuple[int, ...]") -> str:
    return os.path.join(venv, "lib", "python" + dotted(version), "site-packages")


def dotted(version: "tuple[int, ...]") -> str:
    return ".".join(str(number) for number in version)


def what_this_python_lacks() -> str:
    """A sentence, or nothing if this Python can build the environment."""
    who = "Python " + dotted(sys.version_info[:3]) + " (" + sys.executable + ")"
    if sys.version_info[:2] < OLDEST:
        return (
            who + " is too old: Weir needs Python " + dotted(OLDEST) + " or newer. "
            "Install one, or name it: make PYTHON=/path/to/python3"
        )
    try:
        import ensurepip
        import venv  # noqa: F401

        ensurepip.version()  # fails where a distribution ships the module but not the wheels that it installs
    except (ImportError, AttributeError, OSError):
        return who + " has no venv module: install it (Debian, Ubuntu: apt install python3-venv), then run this again."
    return ""


def another_python() -> "str | None":
    """The first Python on the PATH that can build the environment. Each is run to see, as a shim may be a mere name."""
    import shutil
    import subprocess

    for path in filter(None, map(shutil.which, OTHERS)):
        silence = subprocess.DEVNULL
        if subprocess.call([path, "-c", PROBE], stdin=silence, stdout=silence, stderr=silence) == 0:
            return path
    return None


def hand_over(argv: "list[str]", this_python: bool) -> "str | None":
    """Runs another Python in our place if this one will not do. Returns what is wrong if there is none."""
    lack = what_this_python_lacks()
    if this_python or not (lack or sys.version_info[:2] > NEWEST):
        return lack
    other = another_python()
    if other:
        sys.stdout.flush()
        os.execv(other, [other, os.path.abspath(__file__)] + argv)  # noqa: S606, RUF005
    return lack


def options(argv: "list[str]") -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="deploy/install.py", description="Builds .venv from requirements.lock; does nothing if it stands."
    )
    parser.add_argument("--lock", default=os.path.join(ROOT, "requirements.lock"), help="what to install, with hashes")
    parser.add_argument("--venv", default=os.path.join(ROOT, ".venv"), help="where to")
    parser.add_argument("--this-python", action="store_true", help="with the Python that runs this, and no other")
    parser.add_argument("--space-gb", type=float, default=2.0, help="free disk space that a whole installation needs")
    return parser.parse_args(argv)


def main(argv: "list[str]") -> int:
    wanted = options(argv)
    wanted.lock, wanted.venv = os.path.abspath(wanted.lock), os.path.abspath(wanted.venv)
    if is_current(wanted.lock, wanted.venv, wanted.this_python):
        return 0
    lack = hand_over(argv, wanted.this_python)
    if lack:
        print("weir: " + lack, file=sys.stderr)
        return 1
    sys.path.insert(0, ROOT)
    from deploy.environment.build import install

    return install(wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
