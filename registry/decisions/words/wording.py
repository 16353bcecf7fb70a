"""The sentences of the answers, in English and Welsh, from `wording.yaml` and `explanations.yaml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from registry.web.catalogue import fill
from registry.yamlfiles import read_yaml

FILE = Path(__file__).with_name("wording.yaml")
EXPLANATIONS = Path(__file__).with_name("explanations.yaml")


class Said(NamedTuple):
    """The same thing said in English and in Welsh."""

    en: str
    cy: str

    def filled(self, **facts: "str | Said") -> "Said":
        """The sentences with their placeholders filled: a fact that is `Said` speaks each language."""
        return Said(
            fill(self.en, {name: fact if isinstance(fact, str) else fact.en for name, fact in facts.items()}),
            fill(self.cy, {name: fact if isinstance(fact, str) else fact.cy for name, fact in facts.items()}),
        )


class Wording(NamedTuple):
    """Every sentence: the reasons by code, how an agreement is called, the advice by situation."""

    reasons: Mapping[str, Said]
    title: Said
    advice: Mapping[str, Said]

    def advise(self, *situations: str) -> Said:
        """The advice for some situations, one after the other."""
        said = [self.advice[situation] for situation in situations]
        return Said(" ".join(each.en for each in said), " ".join(each.cy for each in said))


class Explanations(NamedTuple):
    """How the nearest is opened, each change by its fact, each ending by its clause, and two stand-ins."""

    nearest: Mapping[str, Said]
    changes: Mapping[str, Said]
    endings: Mapping[str, Said]
    unstated: Said
    that_body: Said


@cache
def wording() -> Wording:
    """The sentences of `wording.yaml`."""
    content = read_yaml(FILE)
    return Wording(
        {code: Said(**texts) for code, texts in content["reasons"].items()},
        Said(**content["title"]),
        {situation: Said(**texts) for situation, texts in content["advice"].items()},
    )


@cache
def explanations() -> Explanations:
    """The sentences of `explanations.yaml`."""
    content = read_yaml(EXPLANATIONS)
    nearest, changes, endings = (
        {key: Said(**texts) for key, texts in content[part].items()}
        for part in ("nearest", "changes", "endings")
    )
    return Explanations(nearest, changes, endings, Said(**content["unstated"]), Said(**content["that_body"]))
