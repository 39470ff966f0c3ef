"""What a person sees while waiting."""

import io

from deploy.environment.progress import NAP_S, Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Watch:
    """A clock that only goes forward when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def follow(out: io.StringIO, seconds: float) -> int:
    """Waits so long, and counts how often it was looked how far things are."""
    watch, looks = Watch(), 0
    progress = Progress(out, watch, watch.sleep)

    def look() -> None:
        nonlocal looks
        looks += 1
        progress.show(f"{looks} of 9")

    wait = progress.when_due(look)
    for _ in range(round(seconds / NAP_S)):
        wait()
    progress.say("done")
    return looks


def test_without_a_terminal_there_is_a_line_now_and_then() -> None:
    """A log stays short, and each of its lines says how long it has taken so far."""
    out = io.StringIO()
    follow(out, 11.0)
    assert out.getvalue() == "weir: 1 of 9, 5 s\nweir: 2 of 9, 10 s\nweir: done\n"


def test_at_a_terminal_one_line_is_kept_up_to_date() -> None:
    """It is written over several times a second, and gone when a line that stays is said."""
    out = Terminal()
    assert follow(out, 2.0) >= 5
    *updates, last = out.getvalue().split("\r\x1b[K")
    assert all("\n" not in update for update in updates)
    assert last == "weir: done\n"


def test_closing_what_was_never_open_writes_nothing() -> None:
    """An error right at the start is not preceded by control characters."""
    out = Terminal()
    watch = Watch()
    Progress(out, watch, watch.sleep).close()
    assert out.getvalue() == ""
