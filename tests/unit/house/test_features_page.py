"""`docs/features.md` and the journeys of `tests/journeys/features` name each other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| .+ \| \[(.+)\]\(\.\./(.+)\) \|$", PAGE, re.MULTILINE)
ASKED = {*range(1, 4), *range(7, 16), *range(18, 25), 26, 27, 33, 34, *range(36, 42), *range(44, 47)}


def test_every_row_that_was_asked_for_is_there() -> None:
    assert {int(row) for row, _, _ in ROWS} == ASKED


def test_every_row_links_to_its_own_journey() -> None:
    for row, name, path in ROWS:
        assert (ROOT / path).is_file(), path
        assert path == f"tests/journeys/features/{name}"
        assert name.startswith(f"test_{int(row):02}_")


def test_every_journey_of_a_feature_is_listed() -> None:
    found = {path.name for path in (ROOT / "tests" / "journeys" / "features").glob("test_*.py")}
    assert found == {name for _, name, _ in ROWS}
