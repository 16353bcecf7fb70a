"""A whole register in one file, to move it to another machine or the other database, or to keep it.

The file is a zip: `tables/<name>.jsonl` has a table's rows in order of their primary key, one JSON list a
row, and `backup.json` the schema's revision, and columns, rows and SHA-256 of each table. Octets are base64,
days and instants ISO 8601. Keys are no part of it: they are files of their own.

A restored register looks perfect from inside. Whether the log may be signed on is decided when it starts:
see `registry.auditlog.highwater`.
"""

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, Date, LargeBinary, Row, Table, func, insert, select

from registry.db.database import Reading
from registry.db.metadata import metadata
from registry.db.migrate import changing_schema, migrate, newest
from registry.db.types import Instant
from registry.errors import Conflict, Invalid

CONTENTS = "backup.json"
BATCH = 1000
T = TypeVar("T")


class BackupUnreadable(Invalid):
    """The file is not a backup, or has been damaged."""

    code = "backup-unreadable"


class BackupOfOtherRelease(Conflict):
    """The backup was made by a release with another schema."""

    code = "backup-other-release"


class NotEmpty(Conflict):
    """The database a backup is to be restored to holds rows already."""

    code = "restore-not-empty"


class TableContents(BaseModel):
    """What the backup holds of one table. `sha256` is over the octets of its member."""

    model_config = ConfigDict(extra="forbid")

    columns: list[str]
    rows: int
    sha256: str


class Contents(BaseModel):
    """What the backup says of itself: `made_at` is an instant in ISO 8601."""

    model_config = ConfigDict(extra="forbid")

    format: Literal[1] = 1
    revisions: list[str]
    made_at: str
    tables: dict[str, TableContents]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables.values())


@dataclass(slots=True)
class _Counted:
    """Rows and octets that have gone by."""

    rows: int
    digest: "hashlib._Hash"

    @classmethod
    def none(cls) -> "_Counted":
        return cls(0, hashlib.sha256())

    def add(self, line: bytes) -> bytes:
        self.rows += 1
        self.digest.update(line)
        return line


def write_backup(reading: Reading, target: Path, now: datetime) -> Contents:
    """Write every row of one consistent look to a zip at `target`, which appears when it is complete."""
    tables = {}
    with _appearing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in metadata.sorted_tables:
            counted = _Counted.none()
            with archive.open(_member(table.name), "w", force_zip64=True) as member:
                for row in _rows(reading, table):
                    member.write(counted.add(_line(row)))
            columns = [column.name for column in table.columns]
            tables[table.name] = TableContents(
                columns=columns, rows=counted.rows, sha256=counted.digest.hexdigest()
            )
        contents = Contents(revisions=list(newest()), made_at=now.isoformat(), tables=tables)
        archive.writestr(CONTENTS, contents.model_dump_json(indent=1))
    return contents


@contextmanager
def _appearing(target: Path) -> Iterator[IO[bytes]]:
    """A file for its owner alone, which is at `target` once it is whole and on the disk."""
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def restore_backup(source: Path, url: str, *, app_role: str = "") -> Contents:
    """Bring an empty database to the schema of this release and fill it: all of it or nothing.

    Raises:
        BackupUnreadable: the file is damaged or something else.
        BackupOfOtherRelease: its schema is not this release's.
        NotEmpty: the database holds rows already.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            contents = Contents.model_validate_json(archive.read(CONTENTS))
            _check_release(contents)
            migrate(url, app_role=app_role)
            with changing_schema(url) as connection:
                for table in metadata.sorted_tables:
                    _fill(connection, table, archive, contents.tables[table.name])
    except (zipfile.BadZipFile, OSError, KeyError, ValidationError, ValueError, TypeError) as fault:
        raise BackupUnreadable(path=str(source)) from fault
    return contents


def _check_release(contents: Contents) -> None:
    made = {name: table.columns for name, table in contents.tables.items()}
    here = {table.name: [column.name for column in table.columns] for table in metadata.sorted_tables}
    if contents.revisions != list(newest()) or made != here:
        raise BackupOfOtherRelease(made=", ".join(contents.revisions), here=", ".join(newest()))


def _fill(connection: Connection, table: Table, archive: zipfile.ZipFile, said: TableContents) -> None:
    if connection.scalar(select(func.count()).select_from(table)):
        raise NotEmpty(table=table.name)
    counted = _Counted.none()
    with archive.open(_member(table.name)) as member:
        lines = (counted.add(line) for line in member)
        for batch in _batches(lines):
            connection.execute(insert(table), [_row(table, line) for line in batch])
    if (counted.rows, counted.digest.hexdigest()) != (said.rows, said.sha256):
        raise ValueError(f"{table.name} is not what was backed up")


def _rows(reading: Reading, table: Table) -> Iterator[Row[Any]]:
    statement = select(table).order_by(*table.primary_key.columns)
    yield from reading.execute(statement.execution_options(yield_per=BATCH))


def _line(row: Row[Any]) -> bytes:
    values = [_written(value) for value in row]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _row(table: Table, line: bytes) -> dict[str, Any]:
    values = json.loads(line)
    return {
        column.name: _read(column.type, value) for column, value in zip(table.columns, values, strict=True)
    }


def _read(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _batches(items: Iterator[T]) -> Iterator[Sequence[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"
