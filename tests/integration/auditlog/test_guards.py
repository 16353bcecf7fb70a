"""What the database itself refuses, on each engine: rows that are written once are not changed or removed."""

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import Executable, Table, delete, insert, make_url, text, update
from sqlalchemy.exc import DBAPIError

from registry.agreements.events import AgreementSigned
from registry.agreements.tables import Signature
from registry.auditlog import Subject, append
from registry.auditlog.tables import (
    ENTRY,
    OPENING,
    STATE,
    SUBJECT,
    CheckpointRow,
    LogErasure,
    TimestampToken,
)
from registry.db import Database, new_id
from registry.db import table as table_of
from registry.db.guards import can_rewrite, final
from registry.db.metadata import metadata
from registry.db.migrate import migrate
from registry.receipts.tables import ReceiptLeaf, ReceiptRoot, ReceiptTileHash
from tests import postgres
from tests.auditlog_world import DIGEST, grow, happened
from tests.samples.agreements import LANCASHIRE, NOW, furnish
from tests.samples.desk import Desk

FINAL = [table for table in metadata.sorted_tables if final(table)]
DENIED = "permission denied"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A register with a signed agreement; nothing done here can change its rows."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('guards') / 'registry.sqlite3'}"
        migrate(url)
        yield from signed(url)
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    with postgres.database(server, template=template) as url:
        yield from signed(url)


def signed(url: str) -> Iterator[Desk]:
    """Every table that is final has a row."""
    database = Database(url)
    desk = Desk(database, furnish(database))
    desk.active()
    grow(database, 256)
    with database.write() as tx:
        tx.insert(CheckpointRow, size=1, root=bytes(32), note="", published_at=NOW)
        tx.insert(TimestampToken, size=1, tsa="", tsr=b"", gen_time=NOW)
        tx.insert(ReceiptLeaf, idx=0, digest=bytes(32))
        tx.insert(ReceiptTileHash, level=1, idx=0, hash=bytes(32))
        tx.insert(ReceiptRoot, hour=NOW, size=256, root=bytes(32), padding=bytes(32), log_index=0)
        tx.insert(LogErasure, id="1", idx=0, field="actor", organisation="", reason_code="", asked_at=NOW)
        append(tx, happened(tx))
    yield desk
    database.dispose()


def refused(database: Database, statement: Executable) -> str:
    """What the database says to a statement that it refuses."""
    with pytest.raises(DBAPIError) as refusal, database.engine.begin() as connection:
        connection.execute(statement)
    return str(refusal.value.orig)


@pytest.mark.parametrize("table", FINAL, ids=lambda table: table.name)
def test_no_column_that_is_final_is_changed(desk: Desk, table: Table) -> None:
    mark = final(table)
    assert mark is not None
    for column in table.columns:
        if column.name not in mark.but:
            said = refused(desk.db, update(table).values({column.name: column}))
            assert "is never changed" in said, column.name


@pytest.mark.parametrize("table", FINAL, ids=lambda table: table.name)
def test_no_row_that_is_final_is_removed(desk: Desk, table: Table) -> None:
    assert "is never" in refused(desk.db, delete(table))
    if desk.db.engine.dialect.name == "postgresql":
        assert "is never" in refused(desk.db, text(f'TRUNCATE "{table.name}" CASCADE'))


def test_the_log_never_goes_back(desk: Desk) -> None:
    assert "log_state" in refused(desk.db, update(STATE).values(size=STATE.c.size - 1))
    assert "log_subject" in refused(desk.db, update(SUBJECT).values(idx=SUBJECT.c.idx - 1))


def test_a_signature_says_what_its_entry_says(desk: Desk) -> None:
    """LOG B2: no signature without its entry."""
    ready = desk.accepted()
    with desk.db.write() as tx:
        index = append(tx, happened(tx))
    forged = {
        "id": new_id(),
        "version_id": desk.read(ready.ref).version.id,
        "organisation": LANCASHIRE,
        "role": "signatory",
        "person": desk.cast(LANCASHIRE, "signatory").person,
        "decision": "sign",
        "hash": ready.hash,
        "reason": "",
        "strength": "session",
        "signed_at": NOW,
        "log_index": index,
    }
    assert "another thing than its entry" in refused(desk.db, insert(table_of(Signature)).values(forged))


@pytest.mark.parametrize("desk", ["postgresql"], indirect=True)
@pytest.mark.parametrize("sealed", [False, True])
def test_an_entry_that_says_a_signature_has_its_row(desk: Desk, sealed: bool) -> None:
    """LOG B2, the reverse. SQLite has no triggers that wait for the commit: `log verify` finds it there."""
    size = desk.size()
    with pytest.raises(DBAPIError, match=f"entry {size} says a signature that is not stored"):
        append_alone(desk, sealed=sealed)
    assert desk.size() == size


def append_alone(desk: Desk, *, sealed: bool) -> None:
    with desk.db.write() as tx:
        said = AgreementSigned(
            at=NOW,
            org=LANCASHIRE,
            actor=None,
            subject=Subject("agreement", "ISA-1", 1, DIGEST),
            decision="sign",
            role="signatory",
            policy=DIGEST,
        )
        append(tx, said, sealed=sealed)


@pytest.fixture
def app_role(postgres_server: str) -> Iterator[str]:
    """A role that may sign in and owns nothing."""
    role = f"app_{secrets.token_hex(6)}"
    postgres.administer(postgres_server, f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    yield role
    postgres.administer(postgres_server, f"DROP ROLE {role}")


def test_the_application_runs_as_a_role_that_may_rewrite_nothing(postgresql_url: str, app_role: str) -> None:
    """LOG B2: an owner who migrates, and an application that can neither UPDATE, DELETE nor TRUNCATE."""
    migrate(postgresql_url, app_role=app_role)
    owner = Database(postgresql_url)
    url = make_url(postgresql_url).set(username=app_role, password=app_role)
    ours = Database(url.render_as_string(hide_password=False))
    try:
        desk = Desk(ours, furnish(ours))
        assert desk.status(desk.active().ref) == "active"

        with owner.read() as reading:
            assert ENTRY.name in can_rewrite(reading.connection, FINAL)
        with ours.read() as reading:
            assert can_rewrite(reading.connection, FINAL) == []
        for table in FINAL:
            fixed = next(iter(table.primary_key))
            assert DENIED in refused(ours, update(table).values({fixed.name: fixed}))
            assert DENIED in refused(ours, text(f'TRUNCATE "{table.name}"'))
            if table is not OPENING:
                assert DENIED in refused(ours, delete(table))
        assert "must be owner" in refused(ours, text("DROP TRIGGER log_entry_is_final ON log_entry"))
        assert "must be owner" in refused(ours, text("ALTER TABLE log_entry DISABLE TRIGGER ALL"))
    finally:
        ours.dispose()
        with owner.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {app_role}"))
        owner.dispose()
