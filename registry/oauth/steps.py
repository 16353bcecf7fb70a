"""Second steps beside a password: the codes of an app (RFC 6238), and recovery codes. Values in, values out.

The secret of an app is not stored: it follows from the registry's key file, the person and an id made for the
app. A copy of the database alone makes no codes.
"""

import base64
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS = 6
SECONDS = 30
SECRET_BYTES = 20
PURPOSE = "registry-authenticator-app/v1"
RECOVERY_CODES = 10
RECOVERY_LENGTH = 10
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those of a recovery code: none of them is taken for another."""

_APP_CODE = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)
_RECOVERY_CODE = re.compile(rf"([1-9][0-9]?)-([{LETTERS}]{{5}})-?([{LETTERS}]{{5}})", re.ASCII)


@runtime_checkable  # the framework looks whether it was given one
class KeyFile(Protocol):
    """What works secrets out that no copy of the database holds."""

    def derive(self, purpose: str, name: str) -> bytes:
        """32 bytes for a name and a purpose of their own."""
        ...


@dataclass(frozen=True, slots=True)
class Typed:
    """A code as a person gave it: of their app, or the recovery code of this number."""

    code: str
    number: int | None = None


def read_code(text: str) -> Typed | None:
    """What a person typed, spaces and small letters forgiven; None where it is no code."""
    bare = re.sub(r"\s", "", text).upper()
    if _APP_CODE.fullmatch(bare):
        return Typed(bare)
    recovery = _RECOVERY_CODE.fullmatch(bare)
    return Typed(recovery[2] + recovery[3], int(recovery[1])) if recovery else None


def secret_of(keys: KeyFile, *, person: str, app: str) -> bytes:
    """The secret that the registry shares with a person's app."""
    return keys.derive(PURPOSE, f"{person}:{app}")[:SECRET_BYTES]


def spelt(secret: bytes) -> str:
    """A secret as people type it into an app: base32, in groups of four."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def setup_address(secret: bytes, *, username: str, issuer: str) -> str:
    """The `otpauth:` address that an app reads off a square code."""
    return _codes(secret).get_provisioning_uri(username, issuer)


def code_at(secret: bytes, now: datetime) -> str:
    """The code that an app shows at an instant."""
    return _codes(secret).generate(now.timestamp()).decode()


def count_of(secret: bytes, code: str, now: datetime) -> int | None:
    """The count of 30 seconds to which a code belongs: this one, the last or the next; None where to none."""
    codes, present = _codes(secret), int(now.timestamp()) // SECONDS
    near = (present, present - 1, present + 1)
    return next((count for count in near if bytes_eq(codes.generate(count * SECONDS), code.encode())), None)


def new_recovery_codes() -> list[str]:
    """Fresh recovery codes, without their numbers."""
    return ["".join(secrets.choice(LETTERS) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def shown(codes: Sequence[str]) -> list[str]:
    """Recovery codes as people write them down: `3-7KQ2M-9XHTD`."""
    return [f"{number}-{code[:5]}-{code[5:]}" for number, code in enumerate(codes, 1)]


def _codes(secret: bytes) -> TOTP:
    # SHA-1 is what every app takes; in HMAC nothing is known against it (RFC 6238 section 1.2).
    return TOTP(secret, DIGITS, SHA1(), SECONDS)  # noqa: S303
