"""What is stored of templates: their versions, and which agreements were made from which."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.db.types import Instant, Json, Octets


class Template(SQLModel, table=True):
    """A template over all its versions, and the body that publishes it. `latest` numbers the newest one."""

    __tablename__ = "template"

    id: str = Field(primary_key=True)
    organisation: str = Field(foreign_key="organisation.id")
    latest: int


class TemplateVersion(SQLModel, table=True):
    """One published text. `document` holds the exact bytes whose digest is `hash`; it never changes."""

    __tablename__ = "template_version"

    template: str = Field(primary_key=True, foreign_key="template.id")
    number: int = Field(primary_key=True)
    hash: str
    document: bytes = Field(sa_type=Octets, sa_column_kwargs={"info": {"digest": "hash"}})
    title_en: str
    title_cy: str
    pattern: str
    published_at: datetime = Field(sa_type=Instant)


class Localisation(SQLModel, table=True):
    """From which version of which template an agreement was made, and who took which place in it."""

    __tablename__ = "localisation"

    ref: str = Field(primary_key=True, foreign_key="agreement.ref")
    template: str = Field(foreign_key="template.id", index=True)
    number: int
    parties: dict[str, str] = Field(sa_type=Json)
