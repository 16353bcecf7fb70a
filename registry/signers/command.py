"""Keys behind another process, possibly another user's: who takes the registry over cannot carry them off.

The process is started once and asked as often as there is something to sign (`protocol` says how). If it has
ended, is too slow or talks nonsense, it is started anew and asked once more; what it refuses stays refused.
"""

import contextlib
import shlex
import socket
import subprocess
import threading
import weakref

from registry.signers.protocol import GREETING, MAX_LINE_OCTETS, REFUSED, write_request
from registry.tlog.keys import VerifierKey
from registry.tlog.note import Signature
from registry.tlog.policy import LOG_KINDS

SCHEME = "command:"
TIMEOUT_SECONDS = 10.0


class Refused(OSError):
    """The signer will not sign this text; the text of the error is its reason."""


class CommandSigner:
    """A signer in another process."""

    def __init__(self, command: str, name: str, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.name = name
        self._arguments = shlex.split(command.removeprefix(SCHEME))
        self._timeout_seconds = timeout_seconds
        self._alone = threading.Lock()
        self._line = _Line(self._arguments, timeout_seconds)
        self._keys = self._read_keys()

    @property
    def process_id(self) -> int:
        """The process as it runs now."""
        return self._line.process.pid

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """The public halves, as the process told them when it was first started."""
        return self._keys

    def sign(self, text: str) -> tuple[Signature, ...]:
        """The signatures of a note's text.

        Raises:
            Refused: the process will not sign it.
            OSError: it does not answer, or not with signatures of its keys.
        """
        with self._alone:
            try:
                return self._ask(text)
            except Refused:
                raise
            except (OSError, ValueError):
                try:
                    self._start_anew()
                    return self._ask(text)
                except ValueError as fault:
                    raise OSError(f"{self._arguments[0]} answered nonsense: {fault}") from fault

    def close(self) -> None:
        """End the process."""
        self._line.close()

    def _start_anew(self) -> None:
        self._line.stop()
        self._line = _Line(self._arguments, self._timeout_seconds)
        if self._read_keys() != self._keys:
            raise OSError(f"{self._arguments[0]} holds other keys than before")

    def _read_keys(self) -> tuple[VerifierKey, ...]:
        """What the process says first.

        Raises:
            ValueError: not the greeting of a signer with keys of this name.
        """
        greeting, *texts = self._line.answer() or [""]
        keys = tuple(VerifierKey.parse(text) for text in texts)
        are_of_the_log = all(key.name == self.name and key.kind in LOG_KINDS for key in keys)
        if greeting != GREETING or not keys or not are_of_the_log:
            self._line.close()
            raise ValueError(f"{self._arguments[0]} is not a signer of {self.name}")
        return keys

    def _ask(self, text: str) -> tuple[Signature, ...]:
        self._line.send(write_request(text))
        lines = self._line.answer()
        if lines and lines[0].startswith(REFUSED):
            raise Refused(lines[0].removeprefix(REFUSED).strip())
        signatures = tuple(Signature.parse(line) for line in lines)
        known = {key.key_id: key for key in self._keys}
        for signature in signatures:
            key = known.get(signature.key_id)
            if key is None or signature.name != key.name or not key.has_signed(text, signature.octets):
                raise ValueError("a signature of another key or text")
        return signatures


class _Line:
    """One run of the process, and the two-way line to it: its input and its output are one socket."""

    def __init__(self, arguments: list[str], timeout_seconds: float) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(timeout_seconds)
        self._received = b""
        with theirs:
            # In a session of its own: an interrupt at the terminal still lets the last checkpoint be signed.
            self.process = subprocess.Popen(  # noqa: S603 - the operator's own command
                arguments, stdin=theirs.fileno(), stdout=theirs.fileno(), start_new_session=True
            )
        self.close = weakref.finalize(self, _end, self._socket, self.process)

    def stop(self) -> None:
        """End a process that has failed, at once. Another user's is left to notice that we hung up."""
        with contextlib.suppress(PermissionError):
            self.process.kill()
        self.close()

    def send(self, line: str) -> None:
        """Send one line."""
        self._socket.sendall(line.encode())

    def answer(self) -> list[str]:
        """The lines up to the next empty one.

        Raises:
            OSError: the process ended, was too slow, or did not stop talking.
            ValueError: what it said is not UTF-8.
        """
        lines = []
        while line := self._read_line():
            lines.append(line)
        return lines

    def _read_line(self) -> str:
        while b"\n" not in self._received:
            piece = self._socket.recv(1 << 16)
            self._received += piece
            if not piece or len(self._received) > MAX_LINE_OCTETS:
                raise OSError("the signer ended or does not keep to the protocol")
        line, _, self._received = self._received.partition(b"\n")
        return line.decode()


def _end(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    """Hang up, which ends a signer; stop a process that does not notice. Another user's cannot be stopped."""
    line.close()
    try:
        process.wait(1.0)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(PermissionError):
            process.kill()
            process.wait()
