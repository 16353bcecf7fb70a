"""What the operator can set: environment variables `REGISTRY_*`, a `.env` file, secrets from files."""

from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The effective settings. Paths left empty lie under `data_dir`."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", env_file=".env", extra="ignore", frozen=True)

    data_dir: Path = Path(".data")
    database_url: str = ""
    database_app_role: str = ""
    base_url: str = "http://127.0.0.1:8000"
    log_origin: str = ""
    signing_key_file: Path | None = None
    signing_key_passphrase_file: Path | None = None
    signing_keys: tuple[str, ...] = ()
    key_overlap_days: int = 90
    token_key_file: Path | None = None
    records_key_file: Path | None = None
    receipt_key_file: Path | None = None
    bundle_key_file: Path | None = None
    bundle_hours: float = 8
    policies_dir: Path = ROOT / "policies"
    policy_overlay_dir: Path | None = None
    publish_interval_seconds: float = 0.5
    witness_policy_file: Path | None = None
    witness_quorum: Literal["wanted", "required"] = "wanted"
    witness_grace_seconds: float = 1.0
    egress_networks: str = ""
    webhook_networks: str = ""
    timestamp_urls: str = ""
    timestamp_roots_file: Path | None = None
    follow_interval_seconds: float = 0.05
    housekeeping_interval_seconds: float = 0.5
    daily_pass_limit: int = 1000
    deliver_interval_seconds: float = 0.25
    stream_seconds: float = 300
    stored_questions: int = 500
    role_delay_hours: float = 24
    conformance_tenant: bool = False
    security_contact: str = "mailto:security@registry.test"
    feedback_contact: str = "mailto:feedback@registry.test"

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy URL of the database: SQLite under `data_dir` unless one is given."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'registry.sqlite3'}"

    @cached_property
    def origin(self) -> str:
        """The log's origin: a schema-less URL that never changes (c2sp.org/tlog-checkpoint)."""
        return self.log_origin or f"{urlsplit(self.base_url).netloc}/log"

    @cached_property
    def log_key(self) -> Path:
        """The PEM file of the key that signs checkpoints."""
        return self.signing_key_file or self.data_dir / "keys" / "log.pem"

    @cached_property
    def token_key(self) -> Path:
        """The PEM file of the key that signs access tokens."""
        return self.token_key_file or self.data_dir / "keys" / "token.pem"

    @cached_property
    def records_key(self) -> Path:
        """The file of the secret under which the words of emergency decisions are encrypted."""
        return self.records_key_file or self.data_dir / "keys" / "records.key"

    @cached_property
    def receipt_key(self) -> Path:
        """The PEM file of the key that signs decision receipts and the checkpoints of their log."""
        return self.receipt_key_file or self.data_dir / "keys" / "receipts.pem"

    @cached_property
    def bundle_key(self) -> Path:
        """The PEM file of the key that signs the bundles organisations take away."""
        return self.bundle_key_file or self.data_dir / "keys" / "bundles.pem"

    @cached_property
    def is_loopback(self) -> bool:
        """Whether the registry is reachable from this machine only."""
        return is_loopback(self.base_url)


def is_loopback(url: str) -> bool:
    """Whether an address is reachable from this machine only."""
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
