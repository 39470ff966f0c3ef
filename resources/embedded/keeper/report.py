"""The one who started a keeper hears from it once: the URL, or the error by name and sentence."""

import contextlib
import json
import os

from resources.embedded.errors import LocalServiceError


class Report:
    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def ready(self, url: str) -> None:
        self._tell({"url": url})

    def failed(self, error: LocalServiceError) -> None:
        self._tell({"error": type(error).__name__, "sentence": str(error)})

    def _tell(self, message: dict[str, str]) -> None:
        # Who started us may be gone by now; others may still need the server.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, json.dumps(message).encode())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._pipe)
        os.close(nowhere)
