"""What the log stores. Entries, their hashes and their order are never updated or deleted."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlmodel import Field, SQLModel

from registry.db.types import Index, Instant, Octets

_technical = {"info": {"technical": True}}


class LogEntry(SQLModel, table=True):
    """One leaf of the tree: the octets of the entry and their leaf hash."""

    __tablename__ = "log_entry"

    idx: int = Field(sa_type=Index, primary_key=True, sa_column_kwargs={"autoincrement": False})
    leaf_hash: bytes = Field(sa_type=Octets)
    body: bytes = Field(sa_type=Octets)


class LogTileHash(SQLModel, table=True):
    """The root of one complete subtree of 256^level entries: hash `idx` of tile level `level`."""

    __tablename__ = "log_tile_hash"

    level: int = Field(primary_key=True)
    idx: int = Field(sa_type=Index, primary_key=True)
    hash: bytes = Field(sa_type=Octets)


class LogState(SQLModel, table=True):
    """The one row that every append locks: how many entries there are, and the tree's right edge."""

    __tablename__ = "log_state"
    __table_args__ = (CheckConstraint("id = 1", name="one_log_state"), _technical)

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=Index)
    frontier: bytes = Field(sa_type=Octets, description="the hashes of the complete subtrees, largest first")


class LogOpening(SQLModel, table=True):
    """What a commitment in an entry stands for. Erasing the row leaves every proof as it was."""

    __tablename__ = "log_opening"
    __table_args__ = (CheckConstraint("field IN ('entry', 'actor')", name="opening_field"),)

    idx: int = Field(sa_type=Index, sa_column_args=[ForeignKey("log_entry.idx")], primary_key=True)
    field: str = Field(primary_key=True, description="`entry` of a sealed entry, `actor` of any")
    salt: bytes = Field(sa_type=Octets)
    value: str
    public: bool = Field(default=False, description="whether anyone may read it")


class LogSubject(SQLModel, table=True):
    """The newest entry about each subject: where its history begins when read backwards."""

    __tablename__ = "log_subject"
    __table_args__ = (_technical,)

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    idx: int = Field(sa_type=Index)


class CheckpointRow(SQLModel, table=True):
    """One signed checkpoint: the note as it is served, and its size and root."""

    __tablename__ = "checkpoint"
    __table_args__ = (_technical,)

    size: int = Field(sa_type=Index, primary_key=True, sa_column_kwargs={"autoincrement": False})
    root: bytes = Field(sa_type=Octets)
    note: str
    published_at: datetime = Field(sa_type=Instant)


ENTRY, TILE, STATE, OPENING, SUBJECT, CHECKPOINT = (
    SQLModel.metadata.tables[name]
    for name in ("log_entry", "log_tile_hash", "log_state", "log_opening", "log_subject", "checkpoint")
)
