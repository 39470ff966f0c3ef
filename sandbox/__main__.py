"""The sandbox from the command line: `python -m sandbox --port 8080`."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from sandbox.server import Settings, serve


def read_settings(arguments: list[str]) -> Settings:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=sys.modules["sandbox"].__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="the port to listen on; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=7, help="by which faults are drawn (default: %(default)s)")
    parser.add_argument("--announce", type=Path, metavar="FILE", help="write {url, pid} here once it listens")
    return Settings(**vars(parser.parse_args(arguments)))


def say(line: str) -> None:
    """One line for the person who started it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Serve until told to stop."""
    settings = read_settings(sys.argv[1:])
    try:
        with asyncio.Runner(loop_factory=_loop) as runner:
            runner.run(serve(settings, time.monotonic, say))
    except OSError as error:
        sys.stderr.write(f"sandbox: cannot listen on {settings.host}:{settings.port}: {error.strerror or error}\n")
        return 1
    return 0


def _loop() -> asyncio.AbstractEventLoop:
    """The fastest event loop there is on this machine."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


if __name__ == "__main__":
    raise SystemExit(main())
