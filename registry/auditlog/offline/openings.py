"""Openings of sealed entries as they leave the registry: served one by one, and exported one a line."""

import json
from dataclasses import dataclass
from typing import Any

from registry.auditlog.commitments import commit, parse_salt, write_base64url

FIELD = "entry"
"""The field under which a sealed entry commits to its inner one. An actor's opening never leaves."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What the sealed entry `index` stands for, and the salt of its commitment."""

    index: int
    salt: bytes
    value: str

    def commitment(self) -> str:
        """The commitment that this opens."""
        return commit(FIELD, self.value, self.salt)

    def document(self) -> dict[str, Any]:
        """The opening as JSON."""
        return {"index": self.index, "field": FIELD, "salt": write_base64url(self.salt), "value": self.value}

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
            index, value = members["index"], members["value"]
            opening = cls(index, parse_salt(members["salt"]), value)
        except (KeyError, TypeError, AttributeError, RecursionError) as fault:
            raise ValueError("not the members of an opening") from fault
        if type(index) is not int or not isinstance(value, str) or opening.line() != line:
            raise ValueError("not an opening in its one spelling")
        value.encode()  # what no UTF-8 can spell is no entry's value
        return opening
