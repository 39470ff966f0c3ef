"""Publishes the same events from the beginning, as one whose commits were all lost; may die in the middle of a write.

Arguments: folder, how many events, after how many written bytes to be killed (-1: never).
"""

import os
import signal
import sys
from pathlib import Path

from resources.sink.files import FilesSink
from tests.resources.sink_parts import FEED, event


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(folder: str, count: int, bytes_to_live: int) -> None:
    left = bytes_to_live

    def write(handle: int, content: bytes | memoryview) -> int:
        nonlocal left
        if 0 <= left < len(content):
            os.write(handle, bytes(content[:left]))
            os.kill(os.getpid(), signal.SIGKILL)
        left -= len(content)
        return os.write(handle, content)

    sink = FilesSink(Path(folder), write=write)
    say("ready")
    sys.stdin.readline()
    for start in range(0, count, 3):
        sink.publish(FEED, [event(number) for number in range(start, min(start + 3, count))])
        say(str(start))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
