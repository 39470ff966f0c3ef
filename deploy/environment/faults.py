"""Why an installation cannot go on, each reason with its own sentence: culprit, place, remedy.

CannotInstall
  WrongGround          the machine cannot carry it
    NoWheelsHere         no package of ours is built for this platform
    NoRoom               the disk is too small
    NotWritable          the folder is not ours to write in
    DiskTrouble          a file of the environment cannot be read or written
  ForeignEnvironment   a .venv is there that is not ours to replace
  VenvFailed           Python could not make a virtual environment
  PipFailed            pip could not install
    IndexUnreachable     the network, a proxy or the index itself
    IndexRefused         the index wants other credentials
    CertificateRefused   the index's certificate is not trusted
    NoWheel              the index has no build for this Python and platform
    WrongFile            the index gave another file than the lock names
    DiskFull             the disk filled up on the way
    Unexplained          anything else, in pip's own words
"""


class CannotInstall(Exception):
    """The one kind of error a person meets here: a sentence."""


class WrongGround(CannotInstall):
    pass


class NoWheelsHere(WrongGround):
    def __init__(self, platform: str, remedy: str) -> None:
        super().__init__(f"this machine cannot run Weir: its packages are not built for {platform}. {remedy}")


class NoRoom(WrongGround):
    def __init__(self, folder: str, needed_gb: float, free_gb: float) -> None:
        super().__init__(
            f"not enough disk space for {folder}: {needed_gb:.1f} GB needed, {free_gb:.1f} GB free. "
            "Free some, or move the checkout to a larger disk."
        )


class NotWritable(WrongGround):
    def __init__(self, path: str, cause: str) -> None:
        super().__init__(f"cannot write {path} ({cause}). Work in a checkout that you own, or change its permissions.")


class DiskTrouble(WrongGround):
    def __init__(self, error: OSError) -> None:
        super().__init__(
            f"{error.filename or 'a file of the environment'}: {error.strerror or error}. Mend that, or start "
            f"afresh with make clean, then run this again."
        )


class ForeignEnvironment(CannotInstall):
    def __init__(self, folder: str, what: str) -> None:
        super().__init__(f"{folder} {what}. Move it away or delete it, then run this again.")


class VenvFailed(CannotInstall):
    def __init__(self, python: str, last_words: str, log: str) -> None:
        super().__init__(
            f"{python} could not make a virtual environment ({last_words}). If its venv module is incomplete, "
            f"install it (Debian, Ubuntu: apt install python3-venv), then run this again. Log: {log}"
        )


class PipFailed(CannotInstall):
    """What was installed before stays, so that running it again goes on."""


class IndexUnreachable(PipFailed):
    def __init__(self, cause: str, log: str) -> None:
        super().__init__(
            f"the package index cannot be reached ({cause}). Check the network, the proxy (HTTPS_PROXY) and pip's own "
            f"settings (pip config list), then run this again: what is installed stays. Log: {log}"
        )


class IndexRefused(PipFailed):
    def __init__(self, cause: str, log: str) -> None:
        super().__init__(
            f"the package index refuses access ({cause}). Put its credentials into pip's settings or ~/.netrc, then "
            f"run this again. Log: {log}"
        )


class CertificateRefused(PipFailed):
    def __init__(self, cause: str, log: str) -> None:
        super().__init__(
            f"the package index's certificate is not trusted ({cause}). Behind a proxy with a certificate of its own, "
            f"name that in PIP_CERT, then run this again. Log: {log}"
        )


class NoWheel(PipFailed):
    def __init__(self, package: str, python: str, platform: str, log: str) -> None:
        super().__init__(
            f"the package index has no build of {package} for Python {python} on {platform}. Use Python 3.11 to 3.14 "
            f"(make PYTHON=python3.13) on Linux with glibc, or an index that has it. Log: {log}"
        )


class WrongFile(PipFailed):
    def __init__(self, package: str, log: str) -> None:
        super().__init__(
            f"the package index gave another file for {package} than requirements.lock names, so nothing of it was "
            f"installed. Clear pip's cache (pip cache purge); see which index pip asks (pip config list). Log: {log}"
        )


class DiskFull(PipFailed):
    def __init__(self, folder: str, log: str) -> None:
        super().__init__(f"the disk of {folder} is full. Free some space, then run this again to go on. Log: {log}")


class Unexplained(PipFailed):
    def __init__(self, last_words: str, log: str) -> None:
        super().__init__(f"pip failed ({last_words}). What is installed stays; run this again to go on. Log: {log}")
