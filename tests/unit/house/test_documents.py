"""Documents lead somewhere."""

import re
from pathlib import Path

import pytest

from tests.unit.house.source import ROOT, every_file

DOCUMENTS = [path for path in every_file() if path.suffix == ".md"]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_link_to_a_file_finds_it(path: Path) -> None:
    links = LINK.findall((ROOT / path).read_text(encoding="utf-8"))
    assert [link for link in links if not (ROOT / path.parent / link).exists()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=lambda path: path.stem)
def test_a_record_gives_context_decision_and_consequences(path: Path) -> None:
    headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]
