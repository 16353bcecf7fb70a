"""What is kept of receipts: hashes alone. Nothing here tells who asked what, or when within an hour."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db import table
from registry.db.guards import Final
from registry.db.types import Index, Instant, Octets

_FINAL = {"info": {"final": Final(), "bound": True}}


class ReceiptWaiting(SQLModel, table=True):
    """Receipts that were kept together and are in no root yet."""

    __tablename__ = "receipt_waiting"
    __table_args__ = {"info": {"technical": True}}

    id: str = Field(primary_key=True)
    digests: bytes = Field(sa_type=Octets, description="the SHA-256 of each JWS, one after the other")
    kept_at: datetime = Field(sa_type=Instant, index=True)


class ReceiptLeaf(SQLModel, table=True):
    """Where a receipt is in the tree. A place without a row holds padding."""

    __tablename__ = "receipt_leaf"
    __table_args__ = _FINAL

    idx: int = Field(sa_type=Index, primary_key=True, sa_column_kwargs={"autoincrement": False})
    digest: bytes = Field(sa_type=Octets, unique=True)


class ReceiptTileHash(SQLModel, table=True):
    """The root of one complete subtree of 256^level receipts: hash `idx` of tile level `level`."""

    __tablename__ = "receipt_tile_hash"
    __table_args__ = _FINAL

    level: int = Field(primary_key=True)
    idx: int = Field(sa_type=Index, primary_key=True)
    hash: bytes = Field(sa_type=Octets)


class ReceiptRoot(SQLModel, table=True):
    """The tree at an hour, whose root the entry `log_index` of the main log names.

    `padding` is the secret from which the places that hour added without a receipt are filled.
    """

    __tablename__ = "receipt_root"
    __table_args__ = _FINAL

    hour: datetime = Field(sa_type=Instant, primary_key=True)
    size: int = Field(sa_type=Index, unique=True)
    root: bytes = Field(sa_type=Octets)
    padding: bytes = Field(sa_type=Octets)
    log_index: int = Field(sa_type=Index, foreign_key="log_entry.idx", unique=True)


WAITING, LEAF, TILE, ROOT = map(table, (ReceiptWaiting, ReceiptLeaf, ReceiptTileHash, ReceiptRoot))
