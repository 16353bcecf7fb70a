"""Openings of sealed entries as they leave the registry: served one by one, and exported one a line."""

import re
from binascii import a2b_base64
from dataclasses import dataclass
from json import JSONDecoder
from json.encoder import encode_basestring_ascii
from typing import Any

from registry.verification.commitments import commit, write_base64url

FIELD = "entry"
"""The field under which a sealed entry commits to its inner one. An actor's opening never leaves."""
_LINE = re.compile(
    rb'\{"field":"entry","index":(0|[1-9][0-9]{0,18}),'
    rb'"salt":"([A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])","value":(".*")\}\n'
)
_decode = JSONDecoder().raw_decode
_STANDARD = bytes.maketrans(b"-_", b"+/")


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
        salt, value = write_base64url(self.salt), encode_basestring_ascii(self.value)
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
        spelled = match[3].decode("ascii")
        value, _ = _decode(spelled)
        if encode_basestring_ascii(value) != spelled:
            raise ValueError("not an opening in its one spelling")
        value.encode()  # what no UTF-8 can spell is no entry's value
        return cls(int(match[1]), a2b_base64(match[2].translate(_STANDARD) + b"="), value)
