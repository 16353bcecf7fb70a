"""How a step names what earlier steps made."""

import pytest

from registry.imports.references import Labels, references_in, specimen


def test_a_label_stands_for_the_thing_as_it_is_now() -> None:
    labels = Labels()
    labels.note("mash", {"ref": "ISA-1", "version": 1, "hash": "a"})
    labels.note("", {"ref": "ISA-1", "version": 2, "hash": "b"})
    assert labels.resolve({"ref": "$mash.ref", "of": ["$mash.version", "$mash.hash"]}) == {
        "ref": "ISA-1",
        "of": [2, "b"],
    }


def test_only_whole_texts_of_the_right_form_are_references() -> None:
    assert specimen(["$mash.ref or so", "$mash", "$Mash.ref", "$mash.secret"]) == [
        "$mash.ref or so",
        "$mash",
        "$Mash.ref",
        "$mash.secret",
    ]


def test_every_reference_is_found_with_its_place() -> None:
    found = list(references_in({"ref": "$a.ref", "covers": ["x", "$b.hash"]}))
    assert found == [("/ref", "a", "ref"), ("/covers/1", "b", "hash")]


def test_an_unknown_label_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        Labels().resolve("$mash.ref")
