"""The MANIFEST: one spelling, and never a checkpoint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.tlog.checkpoint import Checkpoint
from registry.tlog.faults import Malformed
from registry.verification.manifest import Manifest

DIGEST = "ab" * 32
GOOD = f"registry-export/v1\nregistry.example/log 3\n{DIGEST}  checkpoint\n{DIGEST}  tile/0/000.p/3\n"
DIGESTS = st.dictionaries(
    st.from_regex(r"[!-~]{1,20}", fullmatch=True),
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    max_size=5,
)


@given(DIGESTS, st.integers(0, 2**63 - 1))
def test_what_is_written_is_read_back(digests: dict[str, str], size: int) -> None:
    manifest = Manifest("registry.example/log", size, digests)
    assert Manifest.parse(manifest.text()) == manifest


def test_the_good_one_is_good() -> None:
    assert Manifest.parse(GOOD).digests == {"checkpoint": DIGEST, "tile/0/000.p/3": DIGEST}


def test_it_can_never_be_taken_for_a_checkpoint() -> None:
    for digests in ({}, {"checkpoint": DIGEST}):
        with pytest.raises(Malformed):
            Checkpoint.parse(Manifest("registry.example/log", 3, digests).text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.removesuffix("\n"),
        GOOD + "\n",
        GOOD.replace("/v1", "/v2"),
        GOOD.replace("log 3", "log 03"),
        GOOD.replace("log 3", "log"),
        GOOD.replace("log 3", "log  3"),
        GOOD.replace("  checkpoint", " checkpoint"),
        GOOD.replace("  checkpoint", "  check point"),
        GOOD.replace("ab", "AB"),
        GOOD.replace("ab", "a", 1),
        GOOD.replace("tile/0/000.p/3", "checkpoint"),
        GOOD.replace("tile/0/000.p/3", "aaa"),
        GOOD.replace("\n", "\r\n"),
    ],
)
def test_what_is_not_a_manifest(text: str) -> None:
    with pytest.raises(Malformed):
        Manifest.parse(text)
