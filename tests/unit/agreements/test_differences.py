"""Two texts compared: every changed leaf is named once, whatever the order of lists."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from registry.agreements.differences import Difference, compare, differences
from registry.agreements.terms import Terms
from tests.samples.agreements import BLACKPOOL, LANCASHIRE, basis, flow, item, terms, triangle

NAMES = st.sampled_from(["title", "purposes", "days", "a/b", "c~d"])
VALUES = st.recursive(
    st.text(alphabet="ab ", max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
THINGS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from(["f1", "f2", "f3"]), "text": st.text("ab ", max_size=5)}),
    unique_by=lambda thing: thing["id"],
)


def parsed(**changes: Any) -> Terms:
    return Terms.model_validate_json(json.dumps(terms(**changes)))


def between(old: dict[str, Any], new: dict[str, Any]) -> list[Difference]:
    return differences(parsed(**old), parsed(**new))


def leaves(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every leaf of a document of objects and lists of things with ids."""
    if isinstance(value, dict):
        return {
            at: leaf for name, child in value.items() for at, leaf in leaves(child, (*path, name)).items()
        }
    if isinstance(value, list):
        return {at: leaf for child in value for at, leaf in leaves(child, (*path, child["id"])).items()}
    return {path: value}


def pointed(document: Any, pointer: str) -> Any:
    """What a JSON pointer points at (RFC 6901)."""
    for step in pointer.split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


@given(VALUES)
def test_a_text_does_not_differ_from_itself(document: Any) -> None:
    assert compare(document, deepcopy(document)) == []


@given(THINGS, THINGS)
def test_every_changed_leaf_is_named_exactly_once(old: list[Any], new: list[Any]) -> None:
    before, after = leaves({"flows": old}), leaves({"flows": new})
    changed = [at for at in before.keys() | after.keys() if before.get(at) != after.get(at)]
    named = [one.path for one in compare({"flows": old}, {"flows": new})]
    for leaf in changed:
        assert sum(leaf[: len(path)] == path for path in named) == 1
    assert all(any(leaf[: len(path)] == path for leaf in changed) for path in named)


@given(VALUES, VALUES)
def test_a_pointer_finds_what_it_names(before: Any, after: Any) -> None:
    for one in compare(before, after):
        if one.kind != "removed":
            assert pointed(after, one.pointer) == one.after
        if one.kind == "removed":
            assert pointed(before, one.pointer) == one.before


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_the_words_of_a_change_make_both_texts(before: str, after: str) -> None:
    for one in compare(before, after):
        if one.words:
            old = "".join(run.text for run in one.words if run.kind != "added")
            new = "".join(run.text for run in one.words if run.kind != "removed")
            assert (old, new) == (before, after)


def test_a_changed_word_is_shown_within_its_text() -> None:
    old = {"governance": {"exit": "Returned within a month."}}
    (found,) = between(old, {"governance": {"exit": "Destroyed within a month."}})
    assert (found.pointer, found.kind) == ("/governance/exit", "changed")
    assert [(run.kind, run.text) for run in found.words] == [
        ("removed", "Returned "),
        ("added", "Destroyed "),
        ("same", "within a month."),
    ]


def test_things_are_matched_by_name_and_not_by_place() -> None:
    flows = triangle()["flows"]
    assert between(triangle(), {**triangle(), "flows": flows[::-1]}) == []
    changed = [*flows[::-1][:-1], {**flows[0], "frequency": "weekly"}]
    (found,) = between(triangle(), {**triangle(), "flows": changed})
    assert (found.path, found.pointer) == (("flows", "f1", "frequency"), "/flows/2/frequency")
    assert (found.before, found.after) == ("monthly", "weekly")


def test_a_thing_that_came_or_went_is_one_difference() -> None:
    two = {"items": [item(), item(id="i2", code="homes-in-use")]}
    (added,) = between({}, two)
    (removed,) = between(two, {})
    assert (added.path, added.kind, added.after["code"]) == (("items", "i2"), "added", "homes-in-use")
    assert (removed.path, removed.kind, removed.pointer) == (("items", "i2"), "removed", "/items/1")


def test_each_code_of_a_list_is_a_leaf() -> None:
    (found,) = between({}, {"flows": [flow(purposes=["statistics", "research"])]})
    assert (found.path, found.after) == (("flows", "f1", "purposes", "research"), "research")


def test_two_bases_of_one_party_are_told_apart() -> None:
    part3 = {"party": LANCASHIRE, "regime": "law-enforcement", "s35": "necessary"}
    bases = [basis(LANCASHIRE), part3, basis(BLACKPOOL)]
    (found,) = between({}, {"flows": [flow(bases=bases)]})
    assert (found.path[-1], found.kind) == (f"{LANCASHIRE}#2", "added")


def test_what_is_not_said_is_its_default_and_the_salt_is_no_part_of_it() -> None:
    said = {"parent": None, "onward": {"rule": "prohibited", "conditions": ""}, "salt": "A" * 22}
    assert between({"salt": "B" * 22}, said) == []
