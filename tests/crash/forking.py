"""Processes forked from one that has loaded everything once, so that each is up in a moment."""

import multiprocessing
from multiprocessing.context import ForkServerContext

LOADED_ONCE = [
    "__main__",
    "anyio._backends._asyncio",
    "httpcore",
    "psycopg",
    "tests.crash.burst",
    "tests.crash.delivering",
    "tests.crash.serving",
]


def forking() -> ForkServerContext:
    """Where such processes are started."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED_ONCE)
    return context
