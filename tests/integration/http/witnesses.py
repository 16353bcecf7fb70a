"""Two witnesses of the log that the tests of the API write."""

from collections.abc import Iterator
from contextlib import contextmanager

from registry.settings import Settings
from registry.signers.log import LogSigner
from tests.witness_world import FakeWitness, policy_of


@contextmanager
def witnessing(settings: Settings) -> Iterator[None]:
    """Two witnesses of a log whose keys are there; the policy that asks for both lies where settings say."""
    keys = LogSigner.of(settings, settings.origin).keys
    witnesses = [FakeWitness(number, settings.data_dir, {settings.origin: keys}) for number in (1, 2)]
    for one in witnesses:
        one.start()
    assert settings.witness_policy_file
    settings.witness_policy_file.write_text(policy_of(witnesses, quorum="all", keys=keys).text())
    try:
        yield
    finally:
        for one in witnesses:
            one.stop()
