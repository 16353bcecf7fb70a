"""The YAML files that belong to the registry: policies, catalogues, words."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class _UniqueKeys(yaml.CSafeLoader):
    """A YAML loader that refuses a key written twice, where PyYAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Return the mapping of a node whose keys are all different."""
        pairs: dict[Hashable, Any] = super().construct_mapping(node, deep)
        if len(pairs) < len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "a key is there twice", node.start_mark)
        return pairs


def read_yaml(path: Path) -> Any:
    """What a file holds.

    Raises:
        OSError: it cannot be read.
        yaml.YAMLError: it is no YAML, or a key is there twice.
        UnicodeDecodeError: it is no UTF-8.
    """
    return yaml.load(path.read_text(encoding="utf-8"), _UniqueKeys)  # noqa: S506 - a safe loader
