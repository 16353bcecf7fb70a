"""Killed at every commit point: nothing acknowledged is lost, nothing is half there, no history forks."""

import itertools
import random

import pytest

from tests.crash.house import Prepared
from tests.crash.runs import crash, points

SHORT = 8
LONG = 500


def test_a_burst_killed_at_points_of_a_seed_loses_nothing(prepared: Prepared) -> None:
    """LOG acceptance 10: whatever was being written, as far as a few points show."""
    chance = random.Random(20261122)  # noqa: S311 - repeatable, not secret
    drawn = chance.sample(points(prepared, seed=1), SHORT)
    assert sum(crash(prepared, 1, point) for point in drawn) >= SHORT - 1


@pytest.mark.long
def test_a_burst_killed_at_every_point_loses_nothing(prepared: Prepared) -> None:
    """LOG acceptance 10: at least five hundred kills, at every point of one burst after another."""
    killed = 0
    for seed in itertools.count():
        killed += sum(crash(prepared, seed, point) for point in points(prepared, seed))
        if killed >= LONG:
            return
