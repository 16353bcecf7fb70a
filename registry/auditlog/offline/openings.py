"""Openings of sealed entries as they leave the registry: served one by one, and exported one a line."""

import json
import re
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from registry.auditlog.commitments import commit, write_base64url

FIELD = "entry"
"""The field under which a sealed entry commits to its inner one. An actor's opening never leaves."""
_LINE = re.compile(
    rb'\{"field":"entry","index":(0|[1-9][0-9]{0,18}),"salt":"([A-Za-z0-9_-]{43})","value":(".*")\}\n'
)


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
        """The opening as one line of an export: JSON, its members in order, without spaces."""
        salt, value = write_base64url(self.salt), json.dumps(self.value)
        return f'{{"field":"{FIELD}","index":{self.index},"salt":"{salt}","value":{value}}}\n'.encode()

    @classmethod
    def parse(cls, line: bytes) -> "Opening":
        """The opening that a line spells.

        Raises:
            ValueError: not a line that `line` writes.
        """
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError("not the members of an opening")
        opening = cls(int(match[1]), urlsafe_b64decode(match[2] + b"="), json.loads(match[3]))
        if opening.line() != line:
            raise ValueError("not an opening in its one spelling")
        opening.value.encode()  # what no UTF-8 can spell is no entry's value
        return opening
