"""LOG acceptance 2: Merkle proofs against vectors made by definition, every damage of them refused."""

from collections.abc import Callable

import pytest

from registry.tlog.faults import Unproved
from registry.tlog.tree import (
    check_consistency,
    check_inclusion,
    check_subtree,
    consistency_path,
    inclusion_path,
    subtree_path,
)
from tests.unit.tlog.trees import entries, reader
from tests.unit.tlog.vectors import Vector, consistency_vectors, inclusion_vectors, subtree_vectors

INCLUSIONS, CONSISTENCIES, SUBTREES = (
    list(inclusion_vectors()),
    list(consistency_vectors()),
    list(subtree_vectors()),
)
READ = reader(entries(200))


def hold(vectors: list[Vector]) -> list[Vector]:
    return [vector for vector in vectors if vector.holds]


def test_there_are_as_many_vectors_as_published() -> None:
    assert len(INCLUSIONS) >= 98
    assert len(CONSISTENCIES) >= 98
    assert len(SUBTREES) >= 322


@pytest.mark.spec("RFC 6962", "2.1.1")
@pytest.mark.parametrize("vector", hold(INCLUSIONS), ids=lambda vector: vector.name)
def test_an_inclusion_path_is_that_of_the_definition(vector: Vector) -> None:
    assert tuple(inclusion_path(vector.start, vector.size, READ)) == vector.path


@pytest.mark.spec("RFC 6962", "2.1.2")
@pytest.mark.parametrize("vector", hold(CONSISTENCIES), ids=lambda vector: vector.name)
def test_a_consistency_path_is_that_of_the_definition(vector: Vector) -> None:
    assert tuple(consistency_path(vector.end, vector.size, READ)) == vector.path


@pytest.mark.parametrize("vector", hold(SUBTREES), ids=lambda vector: vector.name)
def test_a_subtree_path_is_that_of_the_definition(vector: Vector) -> None:
    assert tuple(subtree_path(vector.start, vector.end, vector.size, READ)) == vector.path


@pytest.mark.spec("RFC 9162", "2.1.3.2")
@pytest.mark.parametrize("vector", INCLUSIONS, ids=lambda vector: vector.name)
def test_an_inclusion_is_proved_by_its_own_path_alone(vector: Vector) -> None:
    def check() -> None:
        check_inclusion(
            leaf=vector.part, index=vector.start, size=vector.size, root=vector.root, path=vector.path
        )

    judge(vector, check)


@pytest.mark.spec("RFC 9162", "2.1.4.2")
@pytest.mark.parametrize("vector", CONSISTENCIES, ids=lambda vector: vector.name)
def test_a_consistency_is_proved_by_its_own_path_alone(vector: Vector) -> None:
    def check() -> None:
        check_consistency(
            old_size=vector.end,
            old_root=vector.part,
            new_size=vector.size,
            new_root=vector.root,
            path=vector.path,
        )

    judge(vector, check)


@pytest.mark.parametrize("vector", SUBTREES, ids=lambda vector: vector.name)
def test_a_subtree_is_proved_by_its_own_path_alone(vector: Vector) -> None:
    def check() -> None:
        check_subtree(
            start=vector.start,
            end=vector.end,
            subtree_root=vector.part,
            size=vector.size,
            root=vector.root,
            path=vector.path,
        )

    judge(vector, check)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (2, 1), (1, 3), (2, 5), (-4, 0), (4, 9)])
def test_other_ranges_are_no_subtrees(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="no subtree"):
        subtree_path(start, end, 8, READ)


def judge(vector: Vector, check: Callable[[], None]) -> None:
    """Run a check, which must refuse every vector that does not hold."""
    if vector.holds:
        check()
        return
    with pytest.raises(Unproved):
        check()
