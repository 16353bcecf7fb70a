"""A witness of the log that the tests of the API write."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.settings import Settings
from registry.signers.log import LogSigner
from tests.witness_world import FakeWitness, policy_of


@contextmanager
def witnessing(settings: Settings) -> Iterator[None]:
    """A witness of a log whose keys are there; the policy that asks for it lies where settings say."""
    keys = LogSigner.of(settings, settings.origin).keys
    witness = FakeWitness(1, settings.data_dir, {settings.origin: keys})
    witness.start()
    assert settings.witness_policy_file
    settings.witness_policy_file.write_text(policy_of([witness], quorum="all", keys=keys).text())
    try:
        yield
    finally:
        witness.stop()
