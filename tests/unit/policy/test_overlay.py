"""A deployment's own entries: what they change, what they cannot, and the digest that names them."""

from hashlib import sha256
from pathlib import Path

import pytest

from registry.policy import BadPolicyFile, Policies, overlay_digest, read_overlay
from tests.unit.policy.files import ROOT

HEAD = "cy_status: translator\nreviewed_on: 2026-11-22\nreview_due: 2027-11-22\nmark: own\nentries:\n"
NEW = HEAD + "  - {code: flood-rescue, en: Rescue from floods, cy: Achub rhag llifogydd, protective: true}\n"
CHANGED = HEAD + "  - {code: licensing, en: Licensing of taxis, cy: Trwyddedu tacsis}\n"


def lay(folder: Path, name: str, text: str) -> Path:
    """An overlay of one file."""
    path = folder / "overlay" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder / "overlay"


def test_an_entry_is_added_beside_the_shipped_ones(tmp_path: Path, policies: Policies) -> None:
    laid = Policies.load(ROOT, lay(tmp_path, "law/purposes.yaml", NEW))
    assert laid.law.purposes.keys() - policies.law.purposes.keys() == {"flood-rescue"}
    assert laid.law.purposes["flood-rescue"].protective
    assert laid.overlay == overlay_digest(tmp_path / "overlay")
    assert policies.overlay is None


def test_what_differs_is_told_entry_by_entry(tmp_path: Path) -> None:
    lay(tmp_path, "law/purposes.yaml", NEW + CHANGED.removeprefix(HEAD))
    found = read_overlay(ROOT, tmp_path / "overlay").differences
    assert [(one.list, one.code, one.change) for one in found] == [
        ("purposes", "licensing", "changed"),
        ("purposes", "flood-rescue", "added"),
    ]
    assert found[0].before is not None
    assert (found[0].before["en"], found[0].after["en"]) == ("Licensing", "Licensing of taxis")
    assert found[1].before is None


def test_the_digest_has_the_lines_of_the_overlay_last(tmp_path: Path, policies: Policies) -> None:
    overlay = lay(tmp_path, "law/purposes.yaml", NEW)
    line = f"overlay/law/purposes.yaml {sha256(NEW.encode()).hexdigest()}\n"
    assert overlay_digest(overlay) == f"sha256:{sha256(line.encode()).hexdigest()}"
    shipped = "".join(
        f"{name} {sha256((ROOT / name).read_bytes()).hexdigest()}\n"
        for name in sorted(
            path.relative_to(ROOT).as_posix()
            for path in ROOT.rglob("*")
            if path.is_file() and "cases" not in path.parts and "conformance" not in path.parts
        )
    )
    assert Policies.load(ROOT, overlay).digest == f"sha256:{sha256((shipped + line).encode()).hexdigest()}"
    assert Policies.load(ROOT, overlay).digest != policies.digest


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("gates/LB-01.cedar", "permit (principal, action, resource);"),
        ("law/purpose.yaml", NEW),
        ("law/deep/purposes.yaml", NEW),
        ("law/purposes.yaml", NEW.replace(", cy: Achub rhag llifogydd", "")),
        ("law/risk-matrix.yaml", NEW),
        ("law/duties.yaml", HEAD + "  - {code: none, en: None, cy: Dim}\n"),
    ],
)
def test_what_is_no_overlay_is_refused(tmp_path: Path, name: str, text: str) -> None:
    overlay = lay(tmp_path, name, text)
    with pytest.raises(BadPolicyFile):
        read_overlay(ROOT, overlay)
    with pytest.raises(BadPolicyFile):
        Policies.load(ROOT, overlay)
