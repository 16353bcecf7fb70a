"""A receipt, a bundle and a replay made today, checked by code that shares nothing with ours.

The code beside this file that reads them is given JSON and octets, and uses `cryptography` and Python's own
library; it was written from CONTRACT, the pages under docs and the public specifications of the log.
"""

import ast
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from registry.clock import stamp
from registry.db import Database
from tests.integration.decisions.test_rewinding import DAY, question
from tests.samples.agreements import NOW
from tests.stranger.bundles import flows_of, open_bundle
from tests.stranger.deciding import decide
from tests.stranger.logs import Export
from tests.stranger.receipts import check_receipt
from tests.stranger.replays import flows_at
from tests.stranger.world import TODAY, Json, Left, live

HERE = Path(__file__).parent
OURS = {"test_today.py", "world.py"}
QUESTIONS: dict[str, Json] = {
    "as it is": {},
    "with everything stated": {"method": "api-mtls", "identifiability": "identifiable", "items": ["x"]},
    "another purpose": {"purpose": "fraud-prevention"},
    "another group": {"subject_group": "child"},
    "another volume": {"volume": "one"},
    "an item it has not": {"items": ["laboratory-history"]},
    "on a day before": {"at": "2020-01-01T00:00:00Z"},
    "on a day after": {"at": "2040-01-01T00:00:00Z"},
}


@pytest.fixture(scope="module")
def left(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Left]:
    folder = tmp_path_factory.mktemp("stranger")
    database = Database(f"sqlite:///{shutil.copyfile(sqlite_template, folder / 'registry.sqlite3')}")
    yield live(database, folder)
    database.dispose()


@pytest.fixture(scope="module")
def export(left: Left) -> Export:
    return Export(left.export, left.vkey)


def test_the_stranger_uses_nothing_of_ours() -> None:
    known = sys.stdlib_module_names | {"cryptography"}
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.name not in OURS else ():
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            foreign = [name for name in named if name.split(".")[0] not in known]
            assert [name for name in foreign if not name.startswith("tests.stranger.")] == []


def test_a_receipt_is_what_the_registry_answered(left: Left, export: Export) -> None:
    claims, answer = check_receipt(left.receipt, export), left.ask()
    assert {name: claims[name] for name in ("decision", "outcome", "agreement")} == {
        name: answer[name] for name in ("decision", "outcome", "agreement")
    }
    assert claims["iat"] == TODAY.timestamp()
    assert "authorisation" in claims["says"]["en"]


def test_what_a_receipt_says_follows_from_the_log(left: Left, export: Export) -> None:
    claims = check_receipt(left.receipt, export)
    flows = flows_at(export, stamp(TODAY))
    assert decide(flows, left.receipt["request"], claims["iat"]) == (claims["outcome"], claims["agreement"])


@pytest.mark.parametrize("part", ["header", "claims", "signature"])
def test_a_changed_receipt_does_not_pass(left: Left, export: Export, part: str) -> None:
    segments = left.receipt["receipt"].split(".")
    place = ("header", "claims", "signature").index(part)
    middle = len(segments[place]) // 2
    swapped = "A" if segments[place][middle] != "A" else "B"
    segments[place] = segments[place][:middle] + swapped + segments[place][middle + 1 :]
    with pytest.raises((InvalidSignature, AssertionError, ValueError, KeyError)):
        check_receipt(left.receipt | {"receipt": ".".join(segments)}, export)


def test_a_receipt_of_another_question_does_not_pass(left: Left, export: Export) -> None:
    with pytest.raises(AssertionError):
        check_receipt(left.receipt | {"request": question(receipt=True, purpose="early-help")}, export)


@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_bundle_answers_as_the_registry(left: Left, asked: str) -> None:
    content = open_bundle(left.bundle, left.bundle_keys, TODAY.timestamp())
    context, answer = QUESTIONS[asked], left.ask(**QUESTIONS[asked])
    at = TODAY.timestamp() if "at" not in context else instant(context["at"])
    assert decide(flows_of(content), question(**context), at) == (answer["outcome"], answer["agreement"])


def test_a_changed_or_old_bundle_does_not_pass(left: Left) -> None:
    header, payload, signature = left.bundle.split(".")
    with pytest.raises(InvalidSignature):
        open_bundle(f"{header}.{payload}A.{signature}", left.bundle_keys, TODAY.timestamp())
    with pytest.raises(AssertionError):
        open_bundle(left.bundle, left.bundle_keys, (TODAY + DAY).timestamp())


@pytest.mark.parametrize("days", [-1, 1, 9, 10, 11, 20, 21, 22, 39])
@pytest.mark.parametrize("asked", QUESTIONS)
def test_a_replay_comes_to_the_same(left: Left, export: Export, days: int, asked: str) -> None:
    known_at, context = stamp(NOW + days * DAY), QUESTIONS[asked]
    replayed = left.replay(**{"known_at": known_at, **context})
    at = instant(context.get("at", known_at))
    mine = decide(flows_at(export, known_at), question(**context), at)
    assert mine == (replayed["outcome"], replayed["agreement"])


def test_the_command_prints_what_a_stranger_comes_to(left: Left, export: Export) -> None:
    known_at = stamp(NOW + 15 * DAY)
    printed = left.replay_by_command(known_at=known_at)
    mine = decide(flows_at(export, known_at), question(), instant(known_at))
    assert mine == (printed["outcome"], printed["agreement"])
    assert mine[0] == "SUSPENDED"


def test_what_was_not_signed_by_the_log_is_no_export(left: Left) -> None:
    other = left.vkey.replace(left.vkey[-8:], "AAAAAAA=")
    with pytest.raises((AssertionError, InvalidSignature, ValueError)):
        Export(left.export, other)


def instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
