"""How pip is called, and how its failures read."""

from pathlib import Path

import pytest

from deploy.environment import faults, pip

PLACE = pip.Place(log="pip-3.txt", folder="/home/ann/weir/.venv", python="3.11", platform="Linux riscv64")
RETRIES = "WARNING: Retrying (Retry(total=4)) after connection broken by 'NewConnectionError(... [Errno 111]')': /a/\n"
NOTHING = "ERROR: Could not find a version that satisfies the requirement lancedb==0.40.0 (from versions: none)\n"
MISSING = NOTHING + "ERROR: No matching distribution found for lancedb==0.40.0\n"
HASHES = """\
ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated the package versions...
    click==8.5.1 from https://index/click.whl (from -r 0.txt (line 1)):
        Expected sha256 00
             Got        11
"""


@pytest.mark.parametrize(
    ("output", "fault", "words"),
    [
        (MISSING, faults.NoWheel, "lancedb==0.40.0 for Python 3.11 on Linux riscv64"),
        (RETRIES + MISSING, faults.IndexUnreachable, "NewConnectionError"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.", faults.IndexUnreachable, "proxy"),
        ("ERROR: 503 Server Error: Service Unavailable for url: ...", faults.IndexUnreachable, "503 Server Error"),
        ("ERROR: HTTP error 401\nERROR: 401 Client Error: Unauthorized", faults.IndexRefused, "401 Client Error"),
        ("WARNING: User for index.example: ", faults.IndexRefused, "credentials"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: ...", faults.CertificateRefused, "PIP_CERT"),
        (HASHES, faults.WrongFile, "another file for click==8.5.1"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left", faults.DiskFull, "is full"),
        ("what\nERROR: something new\nnote: a hint\n", faults.Unexplained, "something new"),
        ("", faults.Unexplained, "it said nothing"),
    ],
)
def test_each_failure_reads_as_a_sentence(output: str, fault: type[Exception], words: str) -> None:
    """The kind is recognised, the culprit named, and the log is where the rest can be read."""
    error = pip.explain(output, PLACE)
    assert type(error) is fault
    assert words in str(error)
    assert str(error).endswith("Log: pip-3.txt")


def test_pip_installs_only_what_the_lock_vouches_for() -> None:
    """Hashes, no builds, no questions."""
    command = pip.command(Path("/x/python"), Path("/x/0.txt"))
    assert command[0] == "/x/python"
    assert {"--require-hashes", "--no-deps", "--only-binary", "--no-input", "/x/0.txt"} <= set(command)


def test_a_persons_settings_are_honoured_but_for_the_place() -> None:
    """An index, a proxy or a certificate are theirs to say; where the packages go is ours."""
    theirs = {
        "PIP_INDEX_URL": "https://mirror/simple",
        "PIP_TARGET": "/elsewhere",
        "PIP_USER": "1",
        "HOME": "/home/ann",
    }
    settings = pip.settings(theirs, Path("/x/tmp"))
    assert settings["PIP_INDEX_URL"] == "https://mirror/simple"
    assert settings["HOME"] == "/home/ann"
    assert settings["TMPDIR"] == "/x/tmp"
    assert settings["PIP_USER"] == "0"
    assert "PIP_TARGET" not in settings


def test_trouble_with_a_file_is_a_sentence() -> None:
    """What the system calls it, and which file it is about."""
    assert "x/y: Input/output error." in str(faults.DiskTrouble(OSError(5, "Input/output error", "x/y")))


def test_a_failed_venv_names_the_package_to_install() -> None:
    """Distributions split venv off."""
    assert "apt install python3-venv" in str(faults.VenvFailed("/usr/bin/python3", "no pip", "venv.txt"))
