"""What the log stores. Entries, their hashes and their order are never updated or deleted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, text
from sqlalchemy import Index as TableIndex
from sqlmodel import Field, SQLModel

from registry.db.guards import Final
from registry.db.types import Index, Instant, Octets


def _marks(*but: str, technical: bool = False, erasable: bool = False) -> dict[str, Any]:
    """Final, but for these columns; where it is technical, a row may be written without an event."""
    return {"info": {"final": Final(but, erasable), "technical" if technical else "bound": True}}


_TECHNICAL = {"info": {"technical": True}}


class LogEntry(SQLModel, table=True):
    """One leaf of the tree: the octets of the entry and their leaf hash."""

    __tablename__ = "log_entry"
    __table_args__ = _marks()

    idx: int = Field(sa_type=Index, primary_key=True, sa_column_kwargs={"autoincrement": False})
    leaf_hash: bytes = Field(sa_type=Octets)
    body: bytes = Field(sa_type=Octets)


class LogTileHash(SQLModel, table=True):
    """The root of one complete subtree of 256^level entries: hash `idx` of tile level `level`."""

    __tablename__ = "log_tile_hash"
    __table_args__ = _marks()

    level: int = Field(primary_key=True)
    idx: int = Field(sa_type=Index, primary_key=True)
    hash: bytes = Field(sa_type=Octets)


class LogState(SQLModel, table=True):
    """The one row that every append locks: how many entries there are, and the tree's right edge."""

    __tablename__ = "log_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_log_state"),
        _marks("size", "frontier", technical=True),
    )

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=Index)
    frontier: bytes = Field(sa_type=Octets, description="the hashes of the complete subtrees, largest first")


class LogOpening(SQLModel, table=True):
    """What a commitment in an entry stands for. Erasing the row leaves every proof as it was."""

    __tablename__ = "log_opening"
    __table_args__ = (
        CheckConstraint("field IN ('entry', 'actor')", name="opening_field"),
        TableIndex(
            "ix_log_opening_erase_after",
            "erase_after",
            sqlite_where=text("erase_after IS NOT NULL"),
            postgresql_where=text("erase_after IS NOT NULL"),
        ),
        _marks("public", "erase_after", erasable=True),
    )

    idx: int = Field(sa_type=Index, sa_column_args=[ForeignKey("log_entry.idx")], primary_key=True)
    field: str = Field(primary_key=True, description="`entry` of a sealed entry, `actor` of any")
    salt: bytes = Field(sa_type=Octets)
    value: str
    public: bool = Field(default=False, description="whether anyone may read it")
    erase_after: date | None = Field(default=None, description="the last day on which it is kept")


class LogRows(SQLModel, table=True):
    """What opens the commitment of an entry to the rows that its transaction wrote (`registry.db.held`)."""

    __tablename__ = "log_rows"
    __table_args__ = _marks()

    idx: int = Field(
        sa_type=Index,
        sa_column_args=[ForeignKey("log_entry.idx")],
        sa_column_kwargs={"autoincrement": False},
        primary_key=True,
    )
    salt: bytes = Field(sa_type=Octets)
    value: str


class LogErasure(SQLModel, table=True):
    """That an opening is to be erased, and was: asked for by one person, confirmed by another.

    `log_index` is the entry `opening.erased`. What was erased under its retention nobody asked for.
    `previous` is the entry before it about the same subject, which an erased entry tells no more.
    """

    __tablename__ = "log_erasure"
    __table_args__ = (UniqueConstraint("idx", "field"), _marks("confirmed_by", "log_index"))

    id: str = Field(primary_key=True)
    idx: int = Field(sa_type=Index, foreign_key="log_entry.idx")
    field: str
    organisation: str = Field(index=True, description="whose people decide it; empty: its retention was over")
    reason_code: str
    previous: int | None = Field(sa_type=Index)
    asked_by: str | None = Field(foreign_key="person.id")
    asked_at: datetime = Field(sa_type=Instant)
    confirmed_by: str | None = Field(foreign_key="person.id")
    log_index: int | None = Field(sa_type=Index, unique=True, foreign_key="log_entry.idx")


class LogCheck(SQLModel, table=True):
    """The check of every row of a night. It is claimed when it begins; `checked_at` is when it was done."""

    __tablename__ = "log_check"
    __table_args__ = _TECHNICAL

    checked_on: date = Field(primary_key=True)
    checked_at: datetime | None = Field(default=None, sa_type=Instant)
    size: int | None = Field(default=None, sa_type=Index, description="how many entries there were")
    findings: int | None = Field(default=None, description="how much was found, in all")
    first: str = Field(default="", description="the first finding, in words")


class LogSubject(SQLModel, table=True):
    """The newest entry about each subject: where its history begins when read backwards."""

    __tablename__ = "log_subject"
    __table_args__ = _marks("idx", technical=True)

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    idx: int = Field(sa_type=Index)


class CheckpointRow(SQLModel, table=True):
    """One signed checkpoint: the note as it is served, and its size and root."""

    __tablename__ = "checkpoint"
    __table_args__ = _marks("published_at", technical=True)

    size: int = Field(sa_type=Index, primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: bytes = Field(sa_type=Octets)
    note: str
    published_at: datetime = Field(sa_type=Instant)


class TimestampToken(SQLModel, table=True):
    """What a time-stamp authority answered (RFC 3161, DER) about the checkpoint of a size."""

    __tablename__ = "timestamp_token"
    __table_args__ = _marks(technical=True)

    size: int = Field(sa_type=Index, sa_column_args=[ForeignKey("checkpoint.size")], primary_key=True)
    tsa: str = Field(primary_key=True, description="the address of the authority")
    tsr: bytes = Field(sa_type=Octets)
    gen_time: datetime = Field(sa_type=Instant)


class ServedCheckpoint(SQLModel, table=True):
    """One checkpoint as the world gets it: its note under the cosignatures of witnesses, newest ones last."""

    __tablename__ = "served_checkpoint"
    __table_args__ = _TECHNICAL

    size: int = Field(
        sa_type=Index,
        sa_column_args=[ForeignKey("checkpoint.size")],
        sa_column_kwargs={"autoincrement": False},
        primary_key=True,
    )
    note: str
    has_quorum: bool = Field(description="whether the witnesses that the policy asks for have cosigned")
    served_at: datetime = Field(sa_type=Instant)


class WitnessState(SQLModel, table=True):
    """What a witness last answered, as whichever worker asked it wrote down."""

    __tablename__ = "witness_state"
    __table_args__ = _TECHNICAL

    witness: str = Field(primary_key=True)
    size: int = Field(sa_type=Index, description="of the largest tree it has cosigned")
    cosigned_at: datetime | None = Field(default=None, sa_type=Instant)
    fault: str | None = Field(default=None, description="why its last answer was no cosignature, as a code")
    failures: int = Field(default=0, description="answers that were no cosignature, since the beginning")


class LeaseRow(SQLModel, table=True):
    """Who does what only one worker does at a time, and until when."""

    __tablename__ = "lease"
    __table_args__ = _TECHNICAL

    name: str = Field(primary_key=True)
    holder: str
    expires_at: datetime = Field(sa_type=Instant)


ENTRY, TILE, STATE, OPENING, ROWS, SUBJECT, CHECKPOINT, ERASURE = (
    SQLModel.metadata.tables[name]
    for name in (
        "log_entry",
        "log_tile_hash",
        "log_state",
        "log_opening",
        "log_rows",
        "log_subject",
        "checkpoint",
        "log_erasure",
    )
)
SERVED, WITNESS, LEASE, TOKEN = (
    SQLModel.metadata.tables[name]
    for name in ("served_checkpoint", "witness_state", "lease", "timestamp_token")
)
