"""Passwords of local accounts: Argon2id, and the same work for a user name that does not exist."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash("a password that nobody has")
_AT_ONCE = threading.BoundedSemaphore(4)
SHORTEST = 12
LONGEST = 1024


def hash_password(password: str) -> str:
    """The Argon2id hash of a password with its parameters and salt (RFC 9106; OWASP's least memory)."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether a password belongs to a hash. Without one it takes the same time and answers no.

    At most four are worked out at a time, so that a flood of attempts cannot take all memory.
    """
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _NOBODY, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None
