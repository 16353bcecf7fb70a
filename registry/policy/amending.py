"""Whom a change of the terms touches: the rule table of delta signing, read from `policies/amending`."""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

import yaml
from pydantic import Field, StringConstraints, ValidationError

from registry.policy.cedar import BadPolicyFile
from registry.policy.entries import Code, Mark, Model, Sentence
from registry.yamlfiles import read_yaml

Pattern: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(/(\*|[a-z_]+))+$")]
Whom: TypeAlias = Literal["nobody", "controllers", "named", "ends", "carriers", "partners"]


class Reason(Sentence):
    """Why a signature is asked for, in English and Welsh."""

    code: Code


class Touch(Reason):
    """Whom a change at certain places of the terms touches, and why."""

    pointers: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    touches: Whom

    def match(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        """What the wildcards of the first pattern that fits the beginning of a path stand for; else None."""
        for pattern in self.pointers:
            steps = pattern.split("/")[1:]
            pairs = list(zip(steps, path, strict=False))
            if len(pairs) == len(steps) and all(step in ("*", name) for step, name in pairs):
                return tuple(name for step, name in pairs if step == "*")
        return None


class Amending(Model):
    """The rule table: what the first fitting entry says, else that every controller is touched."""

    mark: Mark
    changes: tuple[Touch, ...]
    otherwise: Reason
    states: tuple[Reason, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read `policies/amending`.

        Raises:
            BadPolicyFile: the file is missing, or a field is unknown, missing or wrong.
        """
        path = folder / "touches.yaml"
        try:
            return cls.model_validate(read_yaml(path))
        except (OSError, yaml.YAMLError, ValidationError) as fault:
            raise BadPolicyFile(f"{path}: {fault}") from fault

    def judge(self, path: tuple[str, ...]) -> tuple[Reason, Whom, tuple[str, ...]]:
        """The rule for a change at a path: why, whom it touches, and the things its wildcards name."""
        for touch in self.changes:
            named = touch.match(path)
            if named is not None:
                return touch, touch.touches, named
        return self.otherwise, "controllers", ()

    def state(self, code: str) -> Reason:
        """The reason of a state, by its code."""
        return next(reason for reason in self.states if reason.code == code)
