"""What the registry and a signer in another process say to each other, line by line over a pipe.

The signer speaks first and says who it is, then answers one request after another. Every answer ends in an
empty line; a line that begins with `!` is a refusal and says why. Base64 is standard, with padding.

    signer    registry-signer/1
    signer    <verifier key>                    one line for each key, as `name+id+key`
    signer    <empty line>
    registry  sign <base64 of the note's text>
    signer    — <name> <base64 of key id and signature>      one line for each key that signs such a text
    signer    <empty line>

That is all. A signer ends when its input does.
"""

from registry.tlog.spelling import parse_base64, write_base64

GREETING = "registry-signer/1"
REFUSED = "!"
_SIGN = "sign "
MAX_LINE_OCTETS = 1 << 24
"""Enough for the manifest of an export of some hundred thousand files."""


def write_request(text: str) -> str:
    """The line that asks for the signatures of a text."""
    return f"{_SIGN}{write_base64(text.encode())}\n"


def read_request(line: str) -> str:
    """The text whose signatures a line asks for.

    Raises:
        ValueError: another line, or octets that are not UTF-8. (`Malformed` is one.)
    """
    if not line.startswith(_SIGN) or not line.endswith("\n"):
        raise ValueError("not a request to sign")
    return parse_base64(line.removeprefix(_SIGN).removesuffix("\n")).decode()
