"""Keys in a hardware module, or in software that poses as one (PKCS#11), named by a URI (RFC 7512).

    pkcs11:token=log;object=checkpoints
        ?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/secrets/pin

(in one line). The key is Ed25519, signs with the mechanism EdDSA and never leaves the module. The modules of
today have no mechanism for ML-DSA-44: keep that key in a file or behind a command beside it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.note import Signature

SCHEME = "pkcs11:"
_NEEDED = ("token", "object", "module-path", "pin-source")
_POINT_HEADER = b"\x04\x20"
"""An OCTET STRING of 32 octets: how a module tells the point of an Ed25519 key."""


@dataclass(frozen=True, slots=True)
class KeyUri:
    """Where a key is: which library, which token, which object, and the file that holds the PIN."""

    token: str
    object: str
    module_path: str
    pin_file: Path

    @classmethod
    def parse(cls, uri: str) -> "KeyUri":
        """The place that a URI names.

        Raises:
            ValueError: it lacks one of the four attributes, has another, or the PIN is not in a file.
        """
        path, _, query = uri.removeprefix(SCHEME).partition("?")
        parts = [part.partition("=") for part in [*path.split(";"), *query.split("&")] if part]
        given = {name: unquote(value) for name, _, value in parts}
        if not uri.startswith(SCHEME) or sorted(given) != sorted(_NEEDED) or len(parts) != len(_NEEDED):
            raise ValueError(f"a key in a module is named by {', '.join(_NEEDED)}, each once: {uri}")
        if not given["pin-source"].startswith("file:"):
            raise ValueError("the PIN of a module is read from a file: pin-source=file:/...")
        pin_file = Path(given["pin-source"].removeprefix("file:"))
        return cls(given["token"], given["object"], given["module-path"], pin_file)


class HsmSigner:
    """The key of a hardware module. One session, opened again once when the module has lost it."""

    def __init__(self, uri: str, name: str) -> None:
        self.name = name
        self._place = KeyUri.parse(uri)
        self._library = _import_library()
        self._alone = threading.Lock()
        with self._told():
            self._session, self._private = self._open()
            self._key = VerifierKey(name, Kind.ED25519, self._read_public_key())

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The public half."""
        return (self._key,)

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signature of a note's text.

        Raises:
            OSError: the module does not sign, or signs with another key.
        """
        with self._alone:
            try:
                octets = self._sign(text)
            except self._library.PKCS11Error:
                with self._told():
                    self._session, self._private = self._open()
                    octets = self._sign(text)
        if not self._key.has_signed(text, octets):
            raise OSError("the module signed with another key than it told")
        return (Signature(self.name, self._key.key_id, octets),)

    def close(self) -> None:
        """End the session."""
        self._session.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Tell what goes wrong in the module as an error of the system."""
        try:
            yield
        except (self._library.PKCS11Error, RuntimeError) as fault:
            place = self._place
            raise OSError(f"{place.object} of {place.token} in {place.module_path}: {fault!r}") from fault

    def _open(self) -> tuple[Any, Any]:
        """A session of the token, and the private key in it."""
        place = self._place
        token = self._library.lib(place.module_path).get_token(token_label=place.token)
        pin = place.pin_file.read_text(encoding="utf-8").rstrip("\r\n")
        try:
            session = token.open(user_pin=pin)
        except self._library.UserAlreadyLoggedIn:  # by another key of this token: the login is the process's
            session = token.open()
        try:
            form = self._library.ObjectClass.PRIVATE_KEY
            return session, session.get_key(object_class=form, label=place.object)
        except self._library.PKCS11Error:
            session.close()
            raise

    def _sign(self, text: str) -> bytes:
        signed: bytes = self._private.sign(text.encode(), mechanism=self._library.Mechanism.EDDSA)
        return signed

    def _read_public_key(self) -> bytes:
        form = self._library.ObjectClass.PUBLIC_KEY
        key = self._session.get_key(object_class=form, label=self._place.object)
        point: bytes = key[self._library.Attribute.EC_POINT]
        if len(point) != len(_POINT_HEADER) + 32 or not point.startswith(_POINT_HEADER):
            raise ValueError(f"{self._place.object} is not an Ed25519 key")
        return point.removeprefix(_POINT_HEADER)


def _import_library() -> Any:
    try:
        import pkcs11  # noqa: PLC0415 - an extra: few deployments have a hardware module
    except ImportError as fault:
        raise ValueError("a pkcs11: key needs the extra `hsm` (python-pkcs11)") from fault
    return pkcs11
