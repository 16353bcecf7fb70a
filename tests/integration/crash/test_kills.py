"""Killed at every commit point: nothing acknowledged is lost, nothing is half there, no history forks."""

import itertools
import random

import pytest

from tests.crash.house import Prepared
from tests.crash.runs import crash, crash_with_database, points
from tests.postgres import Fragile

SHORT = 8
LONG = 500
OF_THE_DATABASE = 50
BURST_SECONDS = 0.4

on_postgresql = pytest.mark.parametrize("prepared", ["postgresql"], indirect=True)


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


@on_postgresql
def test_a_burst_whose_backend_is_killed_loses_nothing(prepared: Prepared) -> None:
    """LOG acceptance 10: the server ends every connection and recovers from its own log."""
    kill_backends(prepared, times=3)


@pytest.mark.long
@on_postgresql
def test_a_burst_whose_backend_is_killed_fifty_times_loses_nothing(prepared: Prepared) -> None:
    """LOG acceptance 10, in full."""
    kill_backends(prepared, times=OF_THE_DATABASE)


@on_postgresql
def test_a_burst_whose_database_loses_power_loses_nothing(
    prepared: Prepared, fragile_server: Fragile
) -> None:
    """LOG acceptance 10: an immediate end of PostgreSQL at a moment of its own."""
    cut_the_power(prepared, fragile_server, times=2)


@pytest.mark.long
@on_postgresql
def test_a_burst_whose_database_loses_power_fifty_times_loses_nothing(
    prepared: Prepared, fragile_server: Fragile
) -> None:
    """LOG acceptance 10, in full."""
    cut_the_power(prepared, fragile_server, times=OF_THE_DATABASE)


def kill_backends(prepared: Prepared, *, times: int) -> None:
    chance = random.Random(times)  # noqa: S311 - repeatable, not secret
    drawn = chance.choices(points(prepared, seed=2, of_backend=True), k=times)
    assert sum(crash(prepared, 2, point, of_backend=True) for point in drawn) >= times * 0.8


def cut_the_power(prepared: Prepared, server: Fragile, *, times: int) -> None:
    chance = random.Random(times)  # noqa: S311 - repeatable, not secret
    for seed in range(times):
        crash_with_database(prepared, seed, server, after_seconds=chance.uniform(0, BURST_SECONDS))
