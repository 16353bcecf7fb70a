"""The policy files of this repository and the cases beside them."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3] / "policies"


def cases(name: str) -> Any:
    """The content of a file of cases, by its path under `policies/`."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def replace(path: Path, old: str, new: str) -> None:
    """Spoil a file: the text to be replaced must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
