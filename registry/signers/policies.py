"""The policy by which auditors learn the log's keys: a file, and a note that the keys before have signed."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signer, sign_note
from registry.tlog.policy import Log, Policy

HEADER = "# registry-policy/v1\n"
"""The first line of the text that is signed: a comment of the policy, and unlike any other signed text."""


def with_keys(policy: Policy | None, keys: Iterable[VerifierKey]) -> Policy:
    """A policy with the same witnesses and quorum, and these keys of the log."""
    logs = tuple(Log(key) for key in keys)
    return replace(policy, logs=logs) if policy else Policy(logs)


def read_policy(path: Path | None) -> Policy | None:
    """The policy of a file, if there is one.

    Raises:
        OSError: the file cannot be read.
        Malformed: it is not a policy.
    """
    return Policy.parse(path.read_bytes()) if path else None


def sign_policy(policy: Policy, signer: Signer) -> str:
    """The policy as a note. What comes before the blank line is the policy file itself.

    Raises:
        Malformed: the signer holds no key that signs such a text.
    """
    return sign_note(HEADER + policy.text(), signer)
