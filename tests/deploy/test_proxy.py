"""The reverse proxy that the docs show, in a real nginx: nobody without the password reaches the UI, websockets do."""

import base64
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from benchmarks.living import free_port
from resources.environment import ROOT

SHOWN = ROOT / "deploy" / "proxy" / "nginx.conf"


class Ui(BaseHTTPRequestHandler):
    """Stands for the UI: it tells what reached it."""

    def do_GET(self) -> None:
        names = ("Upgrade", "Connection", "Authorization", "X-Forwarded-Proto")
        body = "\n".join(f"{name}: {self.headers.get(name)}" for name in names).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Silence: tests speak for themselves."""


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """nginx with the shown file; only its places and its port are the test's, and there is no certificate."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        said = "nginx is not installed: apt-get install nginx-light"
        (pytest.fail if os.environ.get("REQUIRE_SERVICES") else pytest.skip)(said)
    ui = ThreadingHTTPServer(("127.0.0.1", 0), Ui)
    threading.Thread(target=ui.serve_forever, args=(0.01,), daemon=True).start()
    port = free_port()
    text = SHOWN.read_text()
    for shown, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("    ssl_certificate     /etc/nginx/weir.crt;\n", ""),
        ("    ssl_certificate_key /etc/nginx/weir.key;\n", ""),
        ("/etc/nginx/weir.htpasswd", str(tmp_path / "htpasswd")),
        ("http://127.0.0.1:3000", f"http://127.0.0.1:{ui.server_address[1]}"),
    ):
        assert shown in text
        text = text.replace(shown, here)
    (tmp_path / "htpasswd").write_text("ada:{PLAIN}geheim\n")
    kept = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {kept} {text} }}"
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(f"daemon off; {user} {whole}")
    process = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    until(lambda: answers(port))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait()
    ui.shutdown()
    ui.server_close()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(done: Any, limit_s: float = 20) -> None:
    deadline = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def get(url: str, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own http URL
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, ""


def test_nobody_without_the_password_reaches_the_ui(proxy: str) -> None:
    wrong = base64.b64encode(b"ada:wrong").decode()
    right = base64.b64encode(b"ada:geheim").decode()
    for path in ("/", "/graphql", "/server_info"):
        assert get(proxy + path)[0] == 401
        assert get(proxy + path, Authorization=f"Basic {wrong}")[0] == 401
        assert get(proxy + path, Authorization=f"Basic {right}")[0] == 200


def test_websockets_pass_and_the_password_does_not(proxy: str) -> None:
    """The UI hears of news over one; the password stays with the proxy."""
    right = base64.b64encode(b"ada:geheim").decode()
    status, told = get(proxy + "/graphql", Authorization=f"Basic {right}", Upgrade="websocket", Connection="Upgrade")
    assert status == 200
    assert "Upgrade: websocket\nConnection: upgrade\nAuthorization: None\nX-Forwarded-Proto: http" in told
