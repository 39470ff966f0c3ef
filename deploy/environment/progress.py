"""What a person sees while waiting: one line kept up to date at a terminal, a line now and then anywhere else."""

from collections.abc import Callable
from typing import TextIO

NAP_S = 0.05


class Progress:
    def __init__(
        self, out: TextIO, clock: Callable[[], float], sleep: Callable[[float], None], every_s: float = 5.0
    ) -> None:
        self._out = out
        self._clock = clock
        self._sleep = sleep
        self._live = out.isatty()
        self._every_s = 0.2 if self._live else every_s
        self._began = self._last = clock()
        self._open = False

    @property
    def elapsed_s(self) -> float:
        return self._clock() - self._began

    def when_due(self, look: Callable[[], None]) -> Callable[[], None]:
        """What is to be done while waiting: mostly nothing, as finding out how far things are costs time, too."""

        def wait() -> None:
            if self._clock() - self._last >= self._every_s:
                look()
            self._sleep(NAP_S)

        return wait

    def show(self, text: str) -> None:
        """How far things are, at this moment."""
        self._last = self._clock()
        line = f"weir: {text}, {self.elapsed_s:.0f} s"
        self._out.write(f"\r\x1b[K{line}" if self._live else f"{line}\n")
        self._open = self._live
        self._out.flush()

    def say(self, text: str) -> None:
        """A line that stays."""
        self.close()
        self._out.write(f"weir: {text}\n")
        self._out.flush()

    def close(self) -> None:
        """Takes away a line that was being kept up to date."""
        if self._open:
            self._out.write("\r\x1b[K")
            self._open = False
