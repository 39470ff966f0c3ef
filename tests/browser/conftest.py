"""A real Chromium that can reach nothing but this machine, and a Weir served for it."""

import os
import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from resources.ledger.connections import connect
from tests.browser.served_weir import Served, serve

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE_MS = 30_000


@pytest.fixture(scope="module")
def chromium_path() -> str:
    """Where the system's Chromium is; CI says with REQUIRE_BROWSER that there is one."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"none of {', '.join(NAMES)} is installed: apt-get install chromium"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def chromium(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def module_database_url(server_url: str) -> Iterator[str]:
    """An empty database of the module's own."""
    name = f"test_{uuid4().hex}"
    with connect(server_url) as connection:
        connection.execute(f'create database "{name}"')
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    with connect(server_url) as connection:
        connection.execute(f'drop database "{name}" with (force)')


@pytest.fixture(scope="module")
def weir(chromium_path: str, module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The command behind `make run`, from its first document to Ctrl-C. Without a browser it is not started."""
    with serve(module_database_url, tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def page(chromium: Browser, weir: Served) -> Iterator[Page]:
    """A new visitor's window. The UI asks this machine only."""
    expect.set_options(timeout=PATIENCE_MS)
    asked: list[str] = []
    with chromium.new_context(viewport={"width": 1400, "height": 900}, timezone_id="UTC") as visitor:
        visitor.set_default_timeout(PATIENCE_MS)
        visitor.on("request", lambda request: asked.append(request.url))
        yield visitor.new_page()
    outside = [url for url in asked if not url.startswith((weir.base, "data:", "blob:"))]
    assert not outside, f"the UI called out: {outside}"
