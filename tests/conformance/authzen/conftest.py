"""The decision point of a small register, behind a real socket."""

from collections.abc import Iterator

import pytest

from tests.conformance.authzen.register import FLOWS
from tests.conformance.authzen.wire import Wire, serving
from tests.unit.decisions.calling import point


@pytest.fixture(scope="package")
def wire() -> Iterator[Wire]:
    """A connection to the decision point of the flows in `register`."""
    with serving(point(*FLOWS)) as wire:
        yield wire
