"""A provider of the tests' own, on loopback: it reads `Label: value` lines, and fails when it is told to."""

import base64
import json
import re
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_LINE = re.compile(r"^([A-Za-z][\w ]*): *(.+)$", re.MULTILINE)


class Provider:
    """Answers OpenAI's wire; `status` other than 200 makes it refuse, `spoil` changes what it answers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.complaint = "told to fail"
        self.finish = "stop"
        self.spoil: dict[str, Any] = {}
        self.spoil_when: tuple[str, dict[str, Any]] | None = None  # the same, of questions that hold some words
        self.model: str | None = None  # the name it answers under; the one it is asked for, if not given
        self.asked = 0
        self.silent_after: int | None = None  # questions after which it no longer answers
        self.pause_s = 0.0  # before each answer
        self.may_answer = threading.Event()
        self.embedded = 0

    def answer(self, path: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if self.status != 200:
            return self.status, {"error": {"message": self.complaint, "type": "server_error", "code": None}}
        return 200, self._embed(request) if path.endswith("/embeddings") else self._complete(request)

    def _complete(self, request: dict[str, Any]) -> dict[str, Any]:
        self.asked += 1
        time.sleep(self.pause_s)
        if self.silent_after is not None and self.asked > self.silent_after:
            self.may_answer.wait(60)
        text = "\n".join(str(message["content"]) for message in request["messages"])
        found = {label.strip().lower().replace(" ", "_"): value.strip() for label, value in _LINE.findall(text)}
        fields = request["response_format"]["json_schema"]["schema"]["properties"]
        spoil = self.spoil_when[1] if self.spoil_when and self.spoil_when[0] in text else self.spoil
        record = {name: spoil.get(name, found.get(name)) for name in fields}
        message = {"role": "assistant", "content": json.dumps(record)}
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1,
            "model": self.model or request["model"],
            "choices": [{"index": 0, "finish_reason": self.finish, "message": message, "logprobs": None}],
            "usage": {"prompt_tokens": len(text) // 4, "completion_tokens": 20, "total_tokens": len(text) // 4 + 20},
        }

    def _embed(self, request: dict[str, Any]) -> dict[str, Any]:
        self.embedded += 1
        texts = request["input"] if isinstance(request["input"], list) else [request["input"]]
        vector = base64.b64encode(struct.pack("<4f", 1.0, 0.0, 0.0, 0.0)).decode()
        data = [{"object": "embedding", "index": index, "embedding": vector} for index in range(len(texts))]
        return {
            "object": "list",
            "model": request["model"],
            "data": data,
            "usage": {"prompt_tokens": 1, "total_tokens": 1},
        }


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # a loaded machine is slow to accept, and a refused connection is a failed call


@contextmanager
def serve() -> Iterator[Provider]:
    """The provider on a free port, until the block ends."""
    provider = Provider("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, body = provider.answer(self.path, request)
            content = json.dumps(body).encode()
            if self.wfile.closed:
                return
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: Any) -> None:
            """Silence: tests speak for themselves."""

    server = _Server(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.may_answer.set()
        server.shutdown()
        server.server_close()
        thread.join()
