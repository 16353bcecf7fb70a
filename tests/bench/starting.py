"""How long a worker takes to make its index from the database, before which it permits nothing."""

import gc
import os
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

from registry.agreements.queries import sharing_flows
from registry.db import Database
from registry.decisions.follower import IndexFollower
from registry.policy import Policies
from registry.settings import Settings
from tests.bench.apart import resident_megabytes


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until the index is whole, and the megabytes of resident memory that it took."""

    agreements: int
    seconds: float
    megabytes: float


def measure(environment: Mapping[str, str]) -> Start:
    """Load the index of a register that these settings describe. For a fresh process."""
    os.environ.update(environment)
    settings = Settings()
    follower = IndexFollower(Database(settings.database), Policies.load(settings.policies_dir), sharing_flows)
    gc.collect()
    empty, began = resident_megabytes(), perf_counter()
    follower.catch_up()
    seconds = perf_counter() - began
    gc.collect()
    return Start(len(follower.index), seconds, resident_megabytes() - empty)
