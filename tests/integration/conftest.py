"""The checker, built once for all who run it."""

import pytest

from tests.checker.building import build
from tests.checker.running import Checker


@pytest.fixture(scope="session")
def checker(pytestconfig: pytest.Config) -> Checker:
    """The checker made of golang.org/x/mod, which trusts the key of the test logs unless told otherwise."""
    return Checker(build(pytestconfig.cache.mkdir("checker")))
