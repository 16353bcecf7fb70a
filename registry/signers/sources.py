"""What holds a key, as the operator writes it in a setting or on the command line.

log.pem                                      a PEM file; a relative path lies beside the log's first key
file:/run/keys/log.pem?passphrase-file=/run/secrets/log
command:sudo -u keys registry keys signer    a signer in another process (`protocol`)
pkcs11:token=...;object=...?module-path=...&pin-source=file:...         a hardware module (RFC 7512)
"""

from dataclasses import dataclass
from pathlib import Path

from registry.signers.command import SCHEME as COMMAND
from registry.signers.command import CommandSigner
from registry.signers.files import load_signer
from registry.signers.hsm import SCHEME as HSM
from registry.signers.hsm import HsmSigner
from registry.tlog.note import Signer

FILE = "file:"
_UNDER = "?passphrase-file="


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens sources under the log's name.

    `folder` is where relative paths lie; `passphrase_file` belongs to the files that name none of their own.
    """

    name: str
    folder: Path
    passphrase_file: Path | None = None

    def open(self, source: str) -> Signer:
        """The signer of a source.

        Raises:
            OSError: there is no such file, module or process, or it does not answer.
            ValueError: not a source, or what is there is not a key of this log.
        """
        if source.startswith(COMMAND):
            return CommandSigner(source, self.name)
        if source.startswith(HSM):
            return HsmSigner(source, self.name)
        path, _, passphrase = source.removeprefix(FILE).partition(_UNDER)
        passphrase_file = Path(passphrase) if passphrase else self.passphrase_file
        return load_signer(self.folder / path, self.name, passphrase_file=passphrase_file)


def file_of(source: str, folder: Path) -> Path | None:
    """The file in which a source keeps its key; None where it is not in one."""
    if source.startswith((COMMAND, HSM)):
        return None
    return folder / source.removeprefix(FILE).partition(_UNDER)[0]
