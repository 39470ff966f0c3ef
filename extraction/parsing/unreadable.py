"""Why a document cannot be read: each cause is a class that takes facts and writes its own sentence.

Unreadable
├── Encrypted     a password or a key is missing
├── Corrupt       the bytes are not what they claim to be
├── Empty         there is nothing to read
├── Unsupported   a kind of file that is not read
├── TooLarge      reading it would cost more than one document may
│   └── TooHungry    of memory
├── TooSlow       reading it took longer than one document may
└── Crashed       it made the process that read it end

All of them are permanent: the same bytes fail again, so only a new file or another setting helps.
"""

from typing import ClassVar, Literal

Cause = Literal["encrypted", "corrupt", "empty", "unsupported", "too_large", "too_slow", "crashed"]


class Unreadable(Exception):
    """The root: `cause` for machines, `message` for people, `remedy` for whoever sent the file."""

    cause: ClassVar[Cause]
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}"

    def _say(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy


class Encrypted(Unreadable):
    cause = "encrypted"

    def __init__(self, name: str, how: str = "a password") -> None:
        super().__init__(name, how)
        self._say(f"{name} is protected by {how}.", "Ask the sender for a copy without protection.")


class Corrupt(Unreadable):
    cause = "corrupt"

    def __init__(self, name: str, fact: str) -> None:
        super().__init__(name, fact)
        self._say(f"{name} is damaged: {fact}.", "Open it where it came from, save it anew and send it again.")


class Empty(Unreadable):
    cause = "empty"

    def __init__(self, name: str, fact: str, remedy: str = "Check that the right file was sent.") -> None:
        super().__init__(name, fact, remedy)
        self._say(f"{name} holds nothing to read: {fact}.", remedy)


class Unsupported(Unreadable):
    cause = "unsupported"

    def __init__(self, name: str, what: str, remedy: str) -> None:
        super().__init__(name, what, remedy)
        self._say(f"{name} is {what}, which is not read.", remedy)


class TooLarge(Unreadable):
    cause = "too_large"

    def __init__(self, name: str, what: str, found: int | None, limit: int) -> None:
        super().__init__(name, what, found, limit)
        size = f"holds {found:,}" if found is not None else "holds more"
        self._say(f"{name} {size} {what}; the limit is {limit:,}.", "Split it, or send only the part that matters.")


class TooSlow(Unreadable):
    cause = "too_slow"

    def __init__(self, name: str, limit_s: float) -> None:
        super().__init__(name, limit_s)
        self._say(f"{name} could not be read in {limit_s:g} s.", "Save it anew in a simpler form, or split it.")


class TooHungry(TooLarge):
    def __init__(self, name: str, limit_mb: int) -> None:
        super().__init__(name, "MB of memory", None, limit_mb)
        self.args = (name, limit_mb)
        self.message = f"{name} takes more than {limit_mb:,} MB of memory to read."


class Crashed(Unreadable):
    cause = "crashed"

    def __init__(self, name: str, how: str) -> None:
        super().__init__(name, how)
        self._say(
            f"{name} ended the process that read it ({how}).", "Save it anew in a simpler form and send it again."
        )
