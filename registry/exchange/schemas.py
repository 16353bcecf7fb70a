"""What goes over the wire when a register comes in."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from registry.web.body import WireModel
from registry.web.documents import Bilingual

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Column = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]


class LoadIn(WireModel):
    """The mapping a person has confirmed, and as what the rows are loaded."""

    mapping: Annotated[dict[FieldName, Column], Field(min_length=1, max_length=50)]
    load_as: Literal["drafts", "attested"]


class ColumnOut(BaseModel):
    """A column, its heading, and the field it is taken for, with how sure that is (0 to 1)."""

    column: str
    heading: str
    field: str | None
    en: str
    cy: str
    confidence: float


class CellOut(BaseModel):
    """What is wrong with one cell. `column` is empty where no column is taken for the field."""

    sheet: str
    row: int
    column: str
    field: str
    code: str
    en: str
    cy: str


class ImportOut(BaseModel):
    """A register that came in: how it was understood, how many rows can be loaded, every fault."""

    id: str
    sheet: str
    rows: int
    ready: int
    attestable: int
    columns: list[ColumnOut]
    missing: list[str]
    errors: list[CellOut]


class LoadedOut(BaseModel):
    """What was made, attested or taken back: references in order of rows; `left` could not be."""

    id: str
    refs: list[str]
    left: list[str]
    pending: str | None
    log_size: int


class CalendarChangedOut(BaseModel):
    """A calendar address was made or taken back. The list of one's own addresses tells where it is."""

    id: str
    log_index: int
    log_size: int


class CalendarOut(BaseModel):
    """One's own calendar address: whoever has it reads the days. None once it was taken back."""

    id: str
    opened_at: str
    revoked: bool
    address: str | None


class CalendarsOut(BaseModel):
    """One's own calendar addresses, oldest first."""

    results: list[CalendarOut]


class GapOut(BaseModel):
    """A question of a row that gets no yes, and why."""

    holder: str
    recipient: str
    category: str
    purpose: str
    subject_group: str
    outcome: str
    code: str
    en: str
    cy: str


class CheckedRowOut(BaseModel):
    """One row of a spreadsheet of flows: how far agreements cover it, and what they do not."""

    row: int
    covered: Literal["all", "some", "none", "not-ours", "not-understood"]
    outcome: str
    agreements: list[str]
    gaps: list[GapOut]
    errors: list[CellOut]
    advice: Bilingual | None


class CheckedOut(BaseModel):
    """Which of the flows have an agreement: how many rows of each kind, and every row."""

    counts: dict[str, int]
    log_size: int
    columns: list[ColumnOut]
    rows: list[CheckedRowOut]
