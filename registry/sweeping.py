"""The garbage collector, told when it would look in vain."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Make many objects that stay, without a search for garbage among them again and again meanwhile.

    To load the modules takes a quarter less, to make rows or an index of a whole register half.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
