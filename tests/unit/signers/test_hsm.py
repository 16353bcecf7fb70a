"""A key in a module: SoftHSM, with a token made for these tests."""

import builtins
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pkcs11
import pytest
from pkcs11.util.ec import encode_named_curve_parameters

from registry.signers.hsm import HsmSigner, KeyUri
from registry.signers.sources import Opener
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import open_note, sign_note
from tests.auditlog_world import ORIGIN

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234567"
TEXT = Checkpoint(ORIGIN, 7, bytes(32)).text()


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a token of two keys, `checkpoints` (Ed25519) and `other` (P-256), and its PIN."""
    assert shutil.which("softhsm2-util"), "install softhsm2"
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    (folder / "pin").write_text(f"{PIN}\n")
    (folder / "wrong").write_text("7654321\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "log", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    library = pkcs11.lib(MODULE)
    library.reinitialize()
    with library.get_token(token_label="log").open(rw=True, user_pin=PIN) as session:
        for label, curve, kind in (
            ("checkpoints", "1.3.101.112", pkcs11.KeyType.EC_EDWARDS),
            ("other", "secp256r1", pkcs11.KeyType.EC),
        ):
            given = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}
            parameters = session.create_domain_parameters(kind, given, local=True)
            parameters.generate_keypair(store=True, label=label)
    yield folder
    del os.environ["SOFTHSM2_CONF"]


def uri(folder: Path, *, key: str = "checkpoints", pin: str = "pin", label: str = "log") -> str:
    return f"pkcs11:token={label};object={key}?module-path={MODULE}&pin-source=file:{folder}/{pin}"


def test_a_key_in_a_module_signs_and_stays_there(token: Path) -> None:
    signer = HsmSigner(uri(token), ORIGIN)
    assert open_note(sign_note(TEXT, signer).encode(), signer.keys) == TEXT
    beside = Opener(ORIGIN, token).open(uri(token))
    assert beside.keys == signer.keys
    session = pkcs11.lib(MODULE).get_token(token_label="log").open()
    private = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="checkpoints")
    assert private[pkcs11.Attribute.EXTRACTABLE] is False
    session.close()
    assert beside.sign(TEXT)
    signer.close()


def test_a_session_that_the_module_has_lost_is_opened_again(token: Path) -> None:
    signer = HsmSigner(uri(token), ORIGIN)
    signer.close()
    assert signer.sign(TEXT)
    signer.close()


def test_what_the_module_does_not_have_is_an_error(token: Path) -> None:
    for wrong in (uri(token, label="elsewhere"), uri(token, key="elsewhere"), uri(token, pin="wrong")):
        with pytest.raises(OSError, match=r"libsofthsm2"):
            HsmSigner(wrong, ORIGIN)
    with pytest.raises(OSError, match="nowhere"):
        HsmSigner(uri(token).replace(MODULE, "/nowhere/module.so"), ORIGIN)
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        HsmSigner(uri(token, key="other"), ORIGIN)


@pytest.mark.spec("RFC 7512", "2.3")
def test_a_uri_names_everything_once() -> None:
    given = "pkcs11:token=the%20log;object=a%3Bb?module-path=/lib/x.so&pin-source=file:/run/pin"
    assert KeyUri.parse(given) == KeyUri("the log", "a;b", "/lib/x.so", Path("/run/pin"))
    for wrong in (
        given.replace("token=the%20log;", ""),
        given + "&slot-id=1",
        given.replace("file:", ""),
        given.replace("object", "token"),
        given.removeprefix("pkcs11:"),
        "pkcs11:",
    ):
        with pytest.raises(ValueError, match=r"named by|read from a file"):
            KeyUri.parse(wrong)


def test_without_the_extra_the_error_names_it(token: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name == "pkcs11":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ValueError, match="extra `hsm`"):
        HsmSigner(uri(token), ORIGIN)
