"""Openings as they leave the registry: served one by one, and exported one a line."""

import json
from dataclasses import dataclass
from typing import Any

from registry.auditlog.commitments import commit, parse_salt, write_base64url


@dataclass(frozen=True, slots=True)
class Opening:
    """What the commitment in entry `index` stands for: the value of `field`, and the salt."""

    index: int
    field: str
    salt: bytes
    value: str

    def commitment(self) -> str:
        """The commitment that this opens."""
        return commit(self.field, self.value, self.salt)

    def document(self) -> dict[str, Any]:
        """The opening as JSON."""
        return {
            "index": self.index,
            "field": self.field,
            "salt": write_base64url(self.salt),
            "value": self.value,
        }

    def line(self) -> bytes:
        """The opening as one line of an export."""
        return json.dumps(self.document(), sort_keys=True, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> "Opening":
        """The opening that a line spells.

        Raises:
            ValueError: not a line that `line` writes.
        """
        try:
            members = json.loads(line)
            opening = cls(members["index"], members["field"], parse_salt(members["salt"]), members["value"])
        except (KeyError, TypeError, AttributeError, RecursionError) as fault:
            raise ValueError("not the members of an opening") from fault
        if type(opening.index) is not int or opening.line() != line:
            raise ValueError("not an opening in its one spelling")
        return opening
