"""Private keys as PKCS#8 documents, encrypted with PBES2 under scrypt (RFC 5958, RFC 8018, RFC 7914).

The library reads these but writes them with PBKDF2 in 2,048 rounds, too few for a passphrase that a person
chose. So the envelope is made here; OpenSSL opens it, and so does the library.
"""

import os
import textwrap

from cryptography.hazmat import asn1
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ObjectIdentifier

from registry.tlog.signing import PrivateKey
from registry.tlog.spelling import write_base64

LABEL = "ENCRYPTED PRIVATE KEY"
PBES2 = ObjectIdentifier("1.2.840.113549.1.5.13")
SCRYPT = ObjectIdentifier("1.3.6.1.4.1.11591.4.11")
AES_256_CBC = ObjectIdentifier("2.16.840.1.101.3.4.1.42")
COST, BLOCK_SIZE, PARALLELISM, KEY_OCTETS = 1 << 14, 8, 5, 32
"""What one guess costs: 16 MiB of memory, and OpenSSL opens it without being told to allow more."""


@asn1.sequence
class ScryptParameters:
    """`scrypt-params` (RFC 7914 section 7.1)."""

    salt: bytes
    cost: int
    block_size: int
    parallelism: int
    key_length: int


@asn1.sequence
class Derivation:
    """How the key follows from the passphrase."""

    algorithm: ObjectIdentifier
    parameters: ScryptParameters


@asn1.sequence
class Encryption:
    """What the key encrypts with, and the initialisation vector."""

    algorithm: ObjectIdentifier
    vector: bytes


@asn1.sequence
class Parameters:
    """`PBES2-params` (RFC 8018 appendix A.4)."""

    derivation: Derivation
    encryption: Encryption


@asn1.sequence
class Scheme:
    """The algorithm of the envelope."""

    algorithm: ObjectIdentifier
    parameters: Parameters


@asn1.sequence
class Envelope:
    """`EncryptedPrivateKeyInfo` (RFC 5958 section 3)."""

    scheme: Scheme
    octets: bytes


def write_pem(key: PrivateKey, passphrase: bytes | None) -> bytes:
    """A private key as PEM, encrypted when there is a passphrase."""
    if passphrase is None:
        return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    lines = textwrap.wrap(write_base64(_encrypt(der, passphrase)), 64)
    return "\n".join([f"-----BEGIN {LABEL}-----", *lines, f"-----END {LABEL}-----", ""]).encode()


def _encrypt(document: bytes, passphrase: bytes) -> bytes:
    salt, vector = os.urandom(16), os.urandom(16)
    key = Scrypt(salt, KEY_OCTETS, COST, BLOCK_SIZE, PARALLELISM).derive(passphrase)
    padder = PKCS7(AES256.block_size).padder()
    padded = padder.update(document) + padder.finalize()
    encryptor = Cipher(AES256(key), CBC(vector)).encryptor()
    parameters = ScryptParameters(
        salt=salt, cost=COST, block_size=BLOCK_SIZE, parallelism=PARALLELISM, key_length=KEY_OCTETS
    )
    envelope = Envelope(
        scheme=Scheme(
            algorithm=PBES2,
            parameters=Parameters(
                derivation=Derivation(algorithm=SCRYPT, parameters=parameters),
                encryption=Encryption(algorithm=AES_256_CBC, vector=vector),
            ),
        ),
        octets=encryptor.update(padded) + encryptor.finalize(),
    )
    return asn1.encode_der(envelope)
