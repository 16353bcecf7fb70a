"""The whole server in a process that is forked from one that has loaded everything: it is soon up again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

import requests
import uvicorn

from registry.app import create_app
from registry.cli.server import SERVER
from registry.settings import Settings
from tests.crash.forking import forking
from tests.signoffs import House

PATIENCE_SECONDS = 60


@contextmanager
def serving(house: House) -> Iterator[BaseProcess]:
    """The server process, once it is ready; asked to stop at the end, and killed if it does not."""
    process = forking().Process(target=_serve, args=(house.settings, house.port))
    process.start()
    try:
        wait_until_ready(house)
        yield process
    finally:
        process.terminate()
        process.join(PATIENCE_SECONDS)
        process.kill()
        process.join()


def wait_until_ready(house: House) -> None:
    """Wait until the server of a house says that it is fit to answer."""
    give_up_at, said = time.monotonic() + PATIENCE_SECONDS, "it does not answer"
    while time.monotonic() < give_up_at:
        try:
            answer = requests.get(f"{house.settings.base_url}/health/ready", timeout=5)
        except requests.RequestException:
            time.sleep(0.02)
            continue
        if answer.ok:
            return
        said = answer.text
        time.sleep(0.02)
    raise AssertionError(said)


def _serve(settings: Settings, port: int) -> None:
    uvicorn.run(create_app(settings), host="127.0.0.1", port=port, **SERVER)
