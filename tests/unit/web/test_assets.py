"""Styles and scripts: what is committed is what was built, small, and without anything of GOV.UK's brand."""

import gzip
import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from registry.web.pages.files import MEDIA_TYPES, STATIC, static

ASSETS = STATIC.parent / "assets"
BUILT: dict[str, dict[str, str]] = json.loads((ASSETS / "built.json").read_text("utf-8"))
STYLES = (STATIC / "registry.css").read_text("utf-8")
SCRIPT = (STATIC / "registry.js").read_text("utf-8")
LOCK: dict[str, Any] = json.loads((ASSETS / "package-lock.json").read_text("utf-8"))


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes()))


@pytest.mark.parametrize(("name", "digest"), [*BUILT["from"].items(), *BUILT["made"].items()])
def test_what_is_committed_is_what_was_built(name: str, digest: str) -> None:
    assert sha256((ASSETS / name).read_bytes()).hexdigest() == digest, "run `make assets`"


def test_the_lock_pins_every_package_by_digest_and_names_no_address() -> None:
    packages = {name: package for name, package in LOCK["packages"].items() if name}
    assert packages["node_modules/govuk-frontend"]["version"] == "6.3.0"
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert not any("resolved" in package for package in packages.values())


def test_nothing_of_the_brand_of_gov_uk_and_nothing_from_elsewhere() -> None:
    assert not re.search(r"GDS Transport|@font-face|url\(|@import", STYLES)
    assert not re.search(r"crown|govuk-footer|govuk-header__", STYLES.split("*/", 1)[1], re.IGNORECASE)
    assert "--govuk-brand-colour: #0b5563" in STYLES
    assert 'version:"6.3.0"' in SCRIPT or "6.3.0" in STYLES


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_a_script_makes_no_markup(path: Path) -> None:
    made = r"(?:inner|outer)HTML\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert not re.search(made, path.read_text("utf-8"))


def test_a_page_with_its_heaviest_script_weighs_little() -> None:
    kit = packed(STATIC / "registry.js")
    own = max((packed(path) for path in STATIC.glob("*.js") if path.name != "registry.js"), default=0)
    assert kit + own <= 15_000
    assert kit + own + sum(packed(path) for path in STATIC.glob("*.css")) <= 30_000


def test_an_address_holds_the_digest_of_what_is_there() -> None:
    digest = sha256((STATIC / "registry.css").read_bytes()).hexdigest()[:16]
    assert static("registry.css") == f"/static/registry.{digest}.css"
    with pytest.raises(KeyError):
        static("no-such.css")


def test_every_file_of_the_folder_has_a_media_type() -> None:
    assert {path.suffix for path in STATIC.iterdir()} <= MEDIA_TYPES.keys()
