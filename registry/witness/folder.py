"""Where a witness lives: a folder with its key, the logs it trusts, and what it has seen.

`logs` is a text in the form of c2sp.org/tlog-policy: a line `log <vkey>` for each key of each log, and
`quorum none`. It is read when the witness starts.
"""

from dataclasses import dataclass
from pathlib import Path

from registry.signers.files import create_key, load_signer
from registry.tlog.cosignature import Cosigner
from registry.tlog.keys import VerifierKey
from registry.tlog.messages import Kind
from registry.tlog.policy import Policy
from registry.tlog.spelling import check_name
from registry.witness.rules import TrustedLogs, trusted_logs
from registry.witness.store import Store

NO_LOGS = "# A line for each key of each log to cosign:\n# log <vkey>\nquorum none\n"


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """The folder of one witness."""

    path: Path

    def create(self, name: str, kind: Kind) -> VerifierKey:
        """Make the folder of a witness that trusts no log yet; its public key, which has its name.

        Raises:
            Malformed: not a name that a key can have.
            FileExistsError: there is a witness already. Its name and key are never replaced.
        """
        check_name(name)
        create_key(self._key, kind)
        Store.create(self._seen)
        key = Cosigner(name, load_signer(self._key, name).private_key).key
        self._vkey.write_text(key.text() + "\n", encoding="utf-8")
        self._logs.write_text(NO_LOGS, encoding="utf-8")
        return key

    def cosigner(self) -> Cosigner:
        """The witness's key, under its name.

        Raises:
            FileNotFoundError: there is no witness here.
            ValueError: the key file and the public key do not go together.
        """
        key = VerifierKey.parse(self._vkey.read_text(encoding="utf-8").rstrip("\n"))
        cosigner = Cosigner(key.name, load_signer(self._key, key.name).private_key)
        if cosigner.key != key:
            raise ValueError(f"{self._vkey} is not the public half of {self._key}")
        return cosigner

    def logs(self) -> TrustedLogs:
        """The logs to cosign for.

        Raises:
            FileNotFoundError: there is no such file.
            Malformed: it is not in its form.
        """
        return trusted_logs(Policy.parse(self._logs.read_bytes()))

    def store(self) -> Store:
        """What the witness has seen, and will see.

        Raises:
            SeenLost: it is gone.
        """
        return Store(self._seen)

    @property
    def _key(self) -> Path:
        return self.path / "witness.pem"

    @property
    def _vkey(self) -> Path:
        return self.path / "witness.vkey"

    @property
    def _seen(self) -> Path:
        return self.path / "seen.sqlite3"

    @property
    def _logs(self) -> Path:
        return self.path / "logs"
