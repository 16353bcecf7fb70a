"""Time-stamp tokens (RFC 3161): an authority's word that a checkpoint, and all it signs, was there at a time.

A token is over the checkpoint's note with the log's own signatures alone (`stamped_octets`), so that it does
not matter which witnesses signed before the token was asked for and which after. A response proves a note if

1. the authority granted the token, and it is over SHA-256;
2. it answers the question asked, if that question is known: the nonce is the same;
3. its signature leads to a certificate that the reader trusts, every certificate on the way being valid at
   the moment the token names, not today: a token outlives its authority's certificate;
4. the certificate is for time-stamping and nothing else;
5. its imprint is that of the note.

The library takes steps 2 to 5. Nothing here asks what time it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.x509 import Certificate, ObjectIdentifier, load_pem_x509_certificates

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.note import Note

SHA_256 = ObjectIdentifier("2.16.840.1.101.3.4.2.1")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a token says: when, in UTC, and the number the authority gave it."""

    at: datetime
    serial_number: int


def stamped_octets(note: bytes) -> bytes:
    """What a token about a checkpoint is over: its note, of whose signatures only the log's own are left.

    Raises:
        Malformed: not a note.
    """
    parsed = Note.parse(note)
    origin = parsed.body.partition("\n")[0]
    own = tuple(signature for signature in parsed.signatures if signature.name == origin)
    return Note(parsed.body, own).text().encode()


def read_certificates(pem: bytes) -> list[Certificate]:
    """The certificates of a PEM file: the roots a reader trusts, and what leads to them.

    Raises:
        Malformed: there is none, or something else.
    """
    try:
        return load_pem_x509_certificates(pem)
    except ValueError as fault:
        raise Malformed(f"not a file of certificates: {fault}") from fault


def check_response(
    response: bytes, note: bytes, trusted: Sequence[Certificate], *, nonce: int | None = None
) -> Stamp:
    """Check an authority's response (DER) about a checkpoint's note against the certificates trusted.

    Raises:
        Malformed: not a response, or not a note.
        Unproved: a step above fails; the text says which.
    """
    # Imported here: most checks of an export have no token before them.
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response  # noqa: PLC0415

    octets = stamped_octets(note)
    try:
        answer = decode_timestamp_response(response)
        said = answer.tst_info if answer.status == 0 else None
    except ValueError as fault:
        raise Malformed(f"not a time-stamp response: {fault}") from fault
    if said is None or said.message_imprint.hash_algorithm != SHA_256:  # 1
        raise Unproved("the authority did not grant a token over SHA-256")
    faults = []
    # Together, as one may lead to another; then each alone, as of two of one name only one is looked at.
    for roots in (list(trusted), *([one] for one in trusted)):
        try:
            VerifierBuilder(roots=roots, nonce=nonce).build().verify_message(answer, octets)  # 2 - 5
        except (VerificationError, ValueError) as fault:
            faults.append(fault)
        else:
            return Stamp(said.gen_time, said.serial_number)
    raise Unproved(f"the time-stamp token does not prove the checkpoint: {faults[0]}") from faults[0]
