"""Reading import files: what is a value, what is refused, and on which line."""

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from registry.imports.document import Document, read_file, read_text

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20),
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text("abcxyz", max_size=5), below, max_size=4)
    ),
    max_leaves=12,
)


def told(document: Document) -> list[tuple[int, str]]:
    return [(problem.line, problem.error.code) for problem in document.problems]


@given(JSON_VALUES)
def test_every_json_text_is_read_as_json_reads_it(value: object) -> None:
    assert read_text(json.dumps(value, ensure_ascii=False), "a.json").value == value


@given(JSON_VALUES)
def test_what_yaml_writes_is_read_back(value: object) -> None:
    assert read_text(yaml.safe_dump(value, allow_unicode=True), "a.yaml").value == value


def test_plain_words_and_days_stay_texts() -> None:
    document = read_text("a: no\nb: 2026-01-01\nc: 0x10\nd: 1_000\ne: ~\nf: 12:30", "a.yaml")
    assert document.value == {"a": "no", "b": "2026-01-01", "c": "0x10", "d": "1_000", "e": "~", "f": "12:30"}


def test_each_part_knows_its_line_and_what_is_missing_takes_that_around_it() -> None:
    document = read_text("a:\n  - b: 1\n    c: [2,\n      3]\n", "a.yaml")
    assert [document.line(pointer) for pointer in ("/a", "/a/0/b", "/a/0/c/1", "/a/0/c/1/x", "/z")] == [
        1,
        2,
        4,
        4,
        1,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", (3, "import-repeated")),
        ("a: &x 1\nb: *x", (2, "import-alias")),
        ("a: &x [*x]", (1, "import-alias")),
        ("a: 1\nb: !!python/object:os.system {}", (2, "import-tag")),
        ("a: 1\nb: !!binary aGk=", (2, "import-tag")),
        ("? [a, b]\n: 1", (1, "import-key")),
        ("a:\n - b\n c", (3, "import-unreadable")),
        ("a: [1, 2", (1, "import-unreadable")),
        ("a: 1\n--- \nb: 2", (2, "import-unreadable")),
        ("\n" + "[" * 40 + "]" * 40, (2, "import-too-deep")),
        ("- " * 200_000, (1, "import-too-deep")),
        ('{"a":' * 200_000, (1, "import-too-deep")),
        ("a: \x00", (1, "import-unreadable")),
    ],
)
def test_hostile_input_is_refused_with_its_line(text: str, expected: tuple[int, str]) -> None:
    assert expected in told(read_text(text, "a.yaml"))


def test_all_faults_of_one_file_are_told() -> None:
    assert told(read_text("a: 1\na: 2\nb: !x 3\nc: &d 4\ne: *d", "a.yaml")) == [
        (2, "import-repeated"),
        (3, "import-tag"),
        (5, "import-alias"),
    ]


def test_a_file_that_is_not_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\nb: \xff\n")
    assert told(read_file(path)) == [(2, "import-unreadable")]


def test_json_may_be_indented_with_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n\t"a": [\n\t\t1\n\t]\n}', encoding="utf-8")
    document = read_file(path)
    assert (document.value, document.line("/a/0"), document.problems) == ({"a": [1]}, 3, ())
