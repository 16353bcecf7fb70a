"""The demo as browsers reach it, and the Chromium of the machine."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from registry import clock
from registry.demo.handout import write_handout
from registry.demo.setup import prepare
from tests.journeys.world import Json, World
from tests.servers import REGISTRY, free_port, running

PATIENCE = 20_000
"""How long to wait for a page, in milliseconds, on a machine that has much else to do."""


@contextmanager
def demo_for_browsers(data_dir: Path) -> Iterator[World]:
    """The demo at `localhost`, because browsers make no passkey for an address of digits."""
    port = free_port()
    settings = prepare(data_dir, base_url=f"http://localhost:{port}", agreements=0, progress=_silently)
    environment = {
        "REGISTRY_DATA_DIR": str(data_dir),
        "REGISTRY_BASE_URL": settings.base_url,
        "REGISTRY_LOG_ORIGIN": settings.origin,
        "REGISTRY_ROLE_DELAY_HOURS": str(settings.role_delay_hours),
    }
    ready_url = f"http://127.0.0.1:{port}/health/ready"
    command = (REGISTRY, "serve", "--port", str(port))
    with running(*command, ready_url=ready_url, environment=environment, patience_seconds=180):
        yield World(data_dir, write_handout(settings, clock.now()), environment)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium without a window.

    Raises:
        FileNotFoundError: the machine has none (`apt-get install chromium`, which `make test` does as root).
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        raise FileNotFoundError("chromium, which the browser tests need, is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def sign_in(page: Page, world: World, organisation: str, role: str) -> Json:
    """Sign in on the page, as a person would, as someone who holds a role; who that is in `demo.json`."""
    person: Json = next(
        one for one in world.demo["people"] if one["organisation"] == organisation and role in one["roles"]
    )
    page.goto(f"{world.url}/login")
    page.locator("input[name=username]").fill(person["username"])
    page.locator("input[name=password]").fill(person["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda address: not address.endswith("/login"))
    return person


def person_called(world: World, username: str) -> str:
    """The row id of a person."""
    with closing(sqlite3.connect(world.data_dir / "registry.sqlite3")) as reading:
        ((identifier,),) = reading.execute("SELECT id FROM person WHERE username = ?", (username,))
    return str(identifier)


def _silently(_done: int, _all: int) -> None:
    """Tell nobody how far the demo is."""
