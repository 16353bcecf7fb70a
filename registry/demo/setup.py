"""Making a demo: a data folder with keys, a database and the sample registry, or the one that is there.

A new folder is made beside its place and moved there when it is complete: what is there is never half loaded.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from registry import clock
from registry.bundles.signing import create_bundle_key
from registry.db import Database
from registry.db.migrate import migrate
from registry.demo.approvers import DemoApprovers
from registry.demo.clients import register_clients
from registry.demo.generate import generate
from registry.demo.samples import sample_files
from registry.demo.secrets import DemoSecrets
from registry.errors import Conflict
from registry.imports.load import import_files
from registry.oauth.keys import create_token_key
from registry.oauth.passwords import hash_password
from registry.passkeys.ceremonies import ceremony_of
from registry.policy import Policies
from registry.receipts.keys import create_receipt_key
from registry.records.vault import create_records_key
from registry.settings import Settings
from registry.signers.log import create_first_keys
from registry.verification.progress import Progress


class NotADemo(Conflict):
    """The data folder holds something that the demo did not make."""

    code = "not-a-demo"


def prepare(data_dir: Path, *, base_url: str, agreements: int, progress: Progress) -> Settings:
    """The settings of a demo that is ready to be served. `progress` is told of the agreements generated.

    Raises:
        NotADemo: the folder is in use for something else.
    """
    if data_dir.exists() and any(data_dir.iterdir()):
        settings = _reopen(data_dir, base_url)
    else:
        with _complete_or_nothing(data_dir) as making:
            _load_sample(making, base_url, clock.now())
        settings = settings_of(data_dir, base_url)
    _top_up(settings, agreements, progress)
    return settings


def settings_of(data_dir: Path, base_url: str) -> Settings:
    """The settings of the demo in a data folder, at an address of this machine."""
    return Settings(
        data_dir=data_dir,
        base_url=base_url,
        log_origin=DemoSecrets.read(data_dir).origin,
        role_delay_hours=0,
    )


def _reopen(data_dir: Path, base_url: str) -> Settings:
    """A demo made earlier, brought to this release's schema; its data and keys stay as they are."""
    try:
        settings = settings_of(data_dir, base_url)
    except FileNotFoundError:
        raise NotADemo(folder=str(data_dir)) from None
    create_records_key(settings.records_key)
    create_receipt_key(settings)
    create_bundle_key(settings)
    migrate(settings.database)
    return settings


@contextmanager
def _complete_or_nothing(data_dir: Path) -> Iterator[Path]:
    """A folder beside the one wanted, moved into place when the block ends, removed when it raises."""
    making = data_dir.with_name(data_dir.name + ".new")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True, mode=0o700)
    try:
        yield making
        making.replace(data_dir)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _load_sample(data_dir: Path, base_url: str, now: datetime) -> None:
    """Keys, an empty database, the sample and its history, the clients."""
    made = DemoSecrets.make()
    made.write(data_dir)
    settings = settings_of(data_dir, base_url)
    create_first_keys(settings)
    create_token_key(settings.token_key)
    create_records_key(settings.records_key)
    create_receipt_key(settings)
    create_bundle_key(settings)
    migrate(settings.database)
    db, policies = Database(settings.database), Policies.load(settings.policies_dir)
    approvers = DemoApprovers(ceremony_of(settings), policies)
    try:
        import_files(
            db,
            sample_files(),
            policies=policies,
            now=now,
            demo=True,
            password_hash=hash_password(made.password),
            approvers=approvers,
        )
        with db.write() as tx:
            register_clients(tx, made.client_keys, now)
        replace(made, passkeys=approvers.handed_out).write(data_dir)
    finally:
        db.dispose()


def _top_up(settings: Settings, agreements: int, progress: Progress) -> None:
    """Generate as many agreements as are missing from the number asked for."""
    db = Database(settings.database)
    try:
        generate(db, Policies.load(settings.policies_dir), agreements, now=clock.now(), progress=progress)
    finally:
        db.dispose()
