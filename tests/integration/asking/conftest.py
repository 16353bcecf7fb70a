"""A desk at which bodies let each other's partner systems ask, on both databases."""

import pytest

from registry.db import Database
from tests.samples.agreements import furnish
from tests.samples.desk import Desk


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, furnish(database))
