"""The digest of a set of policies, computed a second time by other means (CONTRACT, permission check)."""

import os
from hashlib import sha256
from pathlib import Path

from registry.policy import Policies, policy_digest
from tests.unit.policy.files import ROOT


def by_definition(root: Path) -> str:
    lines = []
    for folder, _, names in os.walk(root):
        parts = Path(folder).relative_to(root).parts
        if "cases" in parts or "conformance" in parts:
            continue
        for name in names:
            path = "/".join((*parts, name)).encode()
            content = (Path(folder) / name).read_bytes()
            lines.append(path + b" " + sha256(content).hexdigest().encode() + b"\n")
    return "sha256:" + sha256(b"".join(sorted(lines))).hexdigest()


def test_the_digest_is_the_one_of_the_definition(policies: Policies) -> None:
    assert policies.digest == policy_digest(ROOT) == by_definition(ROOT)


def test_a_known_set_has_a_known_digest(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.cedar").write_bytes(b"permit")
    (tmp_path / "a.yaml").write_bytes(b"")
    expected = (
        b"a.yaml e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        b"a/b.cedar " + sha256(b"permit").hexdigest().encode() + b"\n"
    )
    assert policy_digest(tmp_path) == "sha256:" + sha256(expected).hexdigest()


def test_cases_and_conformance_do_not_count(copied: Path) -> None:
    before = policy_digest(copied)
    (copied / "gates" / "cases" / "LB-01.yaml").unlink()
    (copied / "law" / "conformance").mkdir()
    (copied / "law" / "conformance" / "anything.yaml").write_text("x")
    assert policy_digest(copied) == before


def test_one_changed_byte_or_a_new_file_changes_it(copied: Path) -> None:
    digests = {policy_digest(copied)}
    with (copied / "law" / "purposes.yaml").open("ab") as file:
        file.write(b"\n")
    digests.add(policy_digest(copied))
    (copied / "cases.yaml").write_text("")
    digests.add(policy_digest(copied))
    assert len(digests) == 3
