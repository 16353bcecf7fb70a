"""What the log says of templates. The table of fields is in `docs/log-entries.md`."""

from dataclasses import dataclass
from typing import ClassVar

from registry.auditlog import Event


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplatePublished(Event):
    """A body published a version of a template."""

    type: ClassVar[str] = "template.published"


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateFollowed(Event):
    """Officers of an agreement have taken over what the template named as evidence changed."""

    type: ClassVar[str] = "template.followed"
    requires: ClassVar[frozenset[str]] = frozenset({"evidence"})
