"""A sample is drawn from its seed alone, and by hand as by us."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.verification.sample import draw

BY_HAND = """
for N in 0 1 2 3 4 5; do
  d=$(printf 'registry-sample/v1\\n%s\\n%d\\n%d\\n' "$SEED" $SIZE $N | sha256sum | cut -c1-15)
  echo $((0x$d % SIZE))
done
"""


def test_anyone_draws_the_same_with_sha256sum() -> None:
    seed, size = "lottery of 2026-11-22: 3 17 21", 1_000_000
    done = subprocess.run(
        ["sh", "-c", BY_HAND],
        env={"SEED": seed, "SIZE": str(size), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [int(line) for line in done.stdout.split()] == draw(seed, size, 6)


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.integers(0, 300))
def test_a_sample_holds_each_entry_at_most_once(seed: str, size: int) -> None:
    everything = draw(seed, size, size)
    assert sorted(everything) == list(range(size))
    assert draw(seed, size, size // 2) == everything[: size // 2]


def test_another_seed_draws_another_sample() -> None:
    assert draw("one", 10**6, 20) != draw("two", 10**6, 20)


@pytest.mark.parametrize(("seed", "number"), [("", 1), ("two\nlines", 1), ("seed", 11), ("seed", -1)])
def test_what_cannot_be_drawn(seed: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"a (seed|log)"):
        draw(seed, 10, number)
