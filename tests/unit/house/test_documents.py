"""Documents lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.unit.house.source import ROOT, every_file

DOCUMENTS = [path for path in every_file() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_every_link_to_a_file_finds_it() -> None:
    links = [
        (path, link) for path in DOCUMENTS for link in LINK.findall((ROOT / path).read_text(encoding="utf-8"))
    ]
    assert [f"{path}: {link}" for path, link in links if not (ROOT / path.parent / link).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_record_gives_context_decision_and_consequences(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]
