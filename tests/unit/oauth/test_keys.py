"""The token key: made once, readable by its owner only."""

import stat
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from registry.oauth.keys import create_token_key, load_token_keys, public_keys


def test_key_is_made_once_with_mode_0600(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "token.pem"
    create_token_key(path)
    first = path.read_bytes()
    create_token_key(path)
    assert path.read_bytes() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_published_keys_have_a_kid_and_no_private_part(tmp_path: Path) -> None:
    path = tmp_path / "token.pem"
    create_token_key(path)
    (published,) = public_keys(load_token_keys(path)).as_dict()["keys"]
    assert published.keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_key_on_another_curve_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "token.pem"
    path.write_bytes(ECKey.generate_key("P-384").as_pem())
    with pytest.raises(ValueError, match="P-256"):
        load_token_keys(path)
