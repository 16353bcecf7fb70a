"""`registry bundle`: written on one machine, answered from on another by the evaluators alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.integration.cli.conftest import House

LANCASHIRE, TRUST = "gss:E10000017", "ods:RTX"
QUESTION = {
    "subject": {"type": "organisation", "id": TRUST},
    "action": {"name": "receive"},
    "resource": {"type": "data_holding", "id": f"{LANCASHIRE}~safeguarding-flag"},
    "context": {"purpose": "child-safeguarding", "subject_group": "child", "volume": "one"},
}


def evaluate(folder: Path, bundle: Path, organisation: str) -> dict[str, Any]:
    """What the written evaluator says, run by itself: without the registry on its path."""
    question = folder / "question.json"
    question.write_text(json.dumps(QUESTION), encoding="utf-8")
    files = [folder / "evaluate.py", bundle, folder / "keys.json", organisation, question]
    command = [sys.executable, "-I", *map(str, files)]
    answered: dict[str, Any] = json.loads(
        subprocess.run(command, capture_output=True, check=True, cwd=folder).stdout
    )
    return answered


def test_a_bundle_is_written_and_answered_from_and_none_for_a_body_that_is_not_there(
    ready: House, tmp_path: Path
) -> None:
    bundle, folder = tmp_path / "rtx.jws", tmp_path / "tools"
    written = ready.json("bundle", "write", TRUST, "--out", str(bundle))
    assert (written["organisation"], written["mode"], written["hours"]) == (TRUST, "enforce", 8)
    assert ready.json("bundle", "tools", str(folder))["files"] == ["evaluate.py", "evaluate.mjs", "keys.json"]

    answer = evaluate(folder, bundle, TRUST)
    assert (answer["decision"], answer["context"]["outcome"]) == (False, "NOT_COVERED")
    assert answer["context"]["bundle"]["expires_at"] > answer["context"]["bundle"]["issued_at"]
    assert evaluate(folder, bundle, LANCASHIRE)["context"]["reasons"][0]["code"] == "bundle-not-ours"

    assert (
        ready.refusal("bundle", "write", "ods:ZZZ", "--out", str(tmp_path / "none")) == "unknown-organisation"
    )
    assert not (tmp_path / "none").exists()
