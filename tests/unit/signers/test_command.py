"""A signer in another process: it is asked over a line, it never goes back, and it may fail in every way."""

import io
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.signers.command import CommandSigner, Refused
from registry.signers.files import create_key, load_signer
from registry.signers.policies import HEADER
from registry.signers.protocol import GREETING, read_request, write_request
from registry.signers.serving import Desk, Ledger
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.messages import Kind
from registry.tlog.note import Note, open_note, sign_note
from registry.tlog.signing import Signers
from registry.tlog.tree import EMPTY_ROOT
from registry.verification.manifest import Manifest
from tests.auditlog_world import ORIGIN, SIGNER

REGISTRY = shlex.quote(str(Path(sys.executable).with_name("registry")))


def text(size: int, root: bytes = bytes(32), origin: str = ORIGIN) -> str:
    return Checkpoint(origin, size, root).text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_key(folder / "log.pem")
    create_key(folder / "log.ml-dsa-44.pem", Kind.ML_DSA_44)
    return folder


@pytest.fixture(scope="module")
def shipped(folder: Path) -> Iterator[CommandSigner]:
    """The program that comes with the registry, run as an operator would."""
    sources = f"{folder}/log.pem {folder}/log.ml-dsa-44.pem --ledger {folder}/ledger"
    signer = CommandSigner(f"command:{REGISTRY} keys signer {ORIGIN} {sources}", ORIGIN)
    yield signer
    signer.close()


def program(tmp_path: Path, *lines: str) -> str:
    """The command of a signer that somebody else wrote. It may count its runs in the file `runs`."""
    path = tmp_path / "signer.py"
    path.write_text("\n".join(("import sys, os, time", f"os.chdir({str(tmp_path)!r})", *lines)))
    return f"command:{shlex.join([sys.executable, '-S', str(path)])}"


SAY_HELLO = f"print({GREETING!r}, {SIGNER.key.text()!r}, '', sep='\\n', flush=True)"
COUNT_RUNS = "open('runs', 'a').write('x')"


def test_the_shipped_program_signs_with_every_key_and_gives_none_away(
    shipped: CommandSigner, folder: Path
) -> None:
    files = [load_signer(folder / name, ORIGIN) for name in ("log.pem", "log.ml-dsa-44.pem")]
    assert shipped.keys == tuple(file.key for file in files)
    note = sign_note(text(3), shipped)
    for key in shipped.keys:
        assert open_note(note.encode(), [key]) == text(3)


def test_the_shipped_program_never_signs_a_history_that_goes_back(shipped: CommandSigner) -> None:
    shipped.sign(text(100))
    shipped.sign(text(100))
    with pytest.raises(Refused, match="100 entries"):
        shipped.sign(text(99))
    with pytest.raises(Refused, match="another tree"):
        shipped.sign(text(100, root=bytes(31) + b"\1"))
    with pytest.raises(Refused, match="entries"):
        shipped.sign(text(0))
    assert shipped.sign(text(0, root=EMPTY_ROOT))
    with pytest.raises(Refused, match="signs for"):
        shipped.sign(text(101, origin="registry.example/other"))


def test_a_signer_that_was_killed_is_started_anew_and_remembers(shipped: CommandSigner) -> None:
    shipped.sign(text(200))
    os.kill(shipped.process_id, signal.SIGKILL)
    with pytest.raises(Refused, match="200 entries"):
        shipped.sign(text(150))
    assert shipped.sign(text(201))


def test_a_signer_signs_manifests_and_policies_only_where_it_may(tmp_path: Path) -> None:
    signer = Signers((SIGNER,))
    manifest, policy = Manifest(ORIGIN, 3, {}).text(), f"{HEADER}quorum none\n"

    def ask(wanted: str, *, policies: bool = False) -> str:
        answers = io.StringIO()
        desk = Desk(signer, Ledger(tmp_path / "ledger"), signs_policies=policies)
        desk.serve(io.StringIO(write_request(wanted)), answers)
        return answers.getvalue().split("\n\n")[1]

    assert ask(manifest) == SIGNER.sign(manifest)[0].line()
    assert ask(policy, policies=True) == SIGNER.sign(policy)[0].line()
    for refused in (policy, "anything at all\n", "", "registry-export/v1", f"{ORIGIN}\n3\n"):
        assert ask(refused).startswith("! ")


def test_what_is_no_request_is_refused_and_the_next_is_answered(tmp_path: Path) -> None:
    lines = ["", "sign", "sign !", "sign /w==", "sign YQ", "keys", " sign YQ=="]
    requests = "".join(f"{line}\n" for line in lines) + write_request(text(1))
    answers = io.StringIO()
    Desk(SIGNER, Ledger(tmp_path / "ledger")).serve(io.StringIO(requests), answers)
    greeting, *answered, end = answers.getvalue().split("\n\n")
    assert greeting == f"{GREETING}\n{SIGNER.key.text()}"
    assert [answer[:2] for answer in answered[:-1]] == ["! "] * len(lines)
    assert Note.parse(f"{text(1)}\n{answered[-1]}\n".encode()).signatures == SIGNER.sign(text(1))
    assert end == ""


def test_a_request_has_one_spelling() -> None:
    assert read_request(write_request(text(5))) == text(5)
    with pytest.raises(ValueError, match="request"):
        read_request(write_request(text(5)).removesuffix("\n"))


@pytest.mark.parametrize(
    "hello",
    [
        "print('hello', flush=True); print(flush=True)",
        f"print({GREETING!r}, '', sep='\\n', flush=True)",
        f"print({GREETING!r}, {SIGNER.key.text()!r}.upper(), '', sep='\\n', flush=True)",
        "print(flush=True)",
    ],
    ids=["greeting", "no key", "bad key", "nothing"],
)
def test_what_is_not_a_signer_is_refused_at_once(tmp_path: Path, hello: str) -> None:
    with pytest.raises(ValueError, match=r"not a signer|key id"):
        CommandSigner(program(tmp_path, hello), ORIGIN)


def test_a_signer_of_another_log_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a signer of"):
        CommandSigner(program(tmp_path, SAY_HELLO, "sys.stdin.read()"), "registry.example/other")


@pytest.mark.parametrize(
    "then",
    [
        "sys.stdin.readline()",
        "sys.stdin.readline(); time.sleep(60)",
        "sys.stdin.readline(); print('nonsense', '', sep='\\n', flush=True)",
        f"sys.stdin.readline(); print({SIGNER.sign('other')[0].line()!r}, '', sep='\\n', flush=True)",
    ],
    ids=["ends", "hangs", "nonsense", "signature of another text"],
)
def test_a_signer_that_fails_is_asked_once_more_and_then_given_up(tmp_path: Path, then: str) -> None:
    signer = CommandSigner(program(tmp_path, COUNT_RUNS, SAY_HELLO, then), ORIGIN, timeout_seconds=1)
    with pytest.raises(OSError, match=r"ended|timed out|nonsense"):
        signer.sign(text(3))
    assert (tmp_path / "runs").read_text() == "xx"
    signer.close()


def test_a_signer_that_comes_back_with_other_keys_is_not_trusted(tmp_path: Path) -> None:
    create_key(tmp_path / "other.pem")
    other = load_signer(tmp_path / "other.pem", ORIGIN).key.text()
    key = f"{SIGNER.key.text()!r} if open('runs').read() == 'x' else {other!r}"
    hello = f"print({GREETING!r}, {key}, '', sep='\\n', flush=True)"
    signer = CommandSigner(program(tmp_path, COUNT_RUNS, hello, "sys.stdin.readline()"), ORIGIN)
    with pytest.raises(OSError, match="other keys"):
        signer.sign(text(3))
    signer.close()


def test_a_signer_that_comes_back_with_another_greeting_is_given_up(tmp_path: Path) -> None:
    greeting = f"{GREETING!r} if open('runs').read() == 'x' else 'warning: low on memory'"
    hello = f"print({greeting}, {SIGNER.key.text()!r}, '', sep='\\n', flush=True)"
    signer = CommandSigner(program(tmp_path, COUNT_RUNS, hello, "sys.stdin.readline()"), ORIGIN)
    with pytest.raises(OSError, match="not a signer"):
        signer.sign(text(3))
    signer.close()
