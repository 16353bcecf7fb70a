"""Finding what a question is about: the other body by part of its name, the items that may be asked for."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple, Self

from registry.decisions.flows.compiling import Pair
from registry.decisions.identity import has_identity
from registry.decisions.index import Body, Index
from registry.frontline.choices import Parameters

MOST = 20
"""How many bodies are shown at most: more than that, and a longer part of the name finds it sooner."""


MAX_PART = 80
"""How much of a name is looked at, in characters."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was typed to find the other body.

    `is_asked`: the button beside it was pressed. `is_dropped`: something that was sent looked like a person's
    identity, and nothing of what was typed is left.
    """

    part: str = ""
    is_asked: bool = False
    is_dropped: bool = False

    @classmethod
    def of(cls, parameters: Parameters) -> Self:
        """The search of a form that was sent."""
        said, is_dropped = dict(parameters), names_someone(parameters)
        part = "" if is_dropped else said.get("part", "")[:MAX_PART]
        return cls(part, is_asked="find" in said, is_dropped=is_dropped)


class Found(NamedTuple):
    """Bodies whose names have a part; `is_cut` says that there are more than are shown."""

    bodies: tuple[Body, ...] = ()
    is_cut: bool = False

    @property
    def only(self) -> str:
        """The body that was found, where it is the only one."""
        return self.bodies[0].id if len(self.bodies) == 1 else ""


NOTHING = Found()


def names_someone(parameters: Parameters) -> bool:
    """Whether something that was sent looks like a person's identity."""
    values = (value for name, value in parameters if name != "csrf_token")
    return has_identity("\n".join(values).encode(), {})


def find_bodies(index: Index, part: str, *, ours: str) -> Found:
    """The bodies but the asker's that have every word typed, or its beginning, in a name or identifier.

    Those whose name begins with what was typed come first.
    """
    wanted = _words(part)
    if not wanted:
        return NOTHING
    near = [body for body in index.bodies.values() if body.id != ours and _has(body, wanted)]
    near.sort(key=lambda body: (not _begins(body, wanted), body.name_en, body.id))
    return Found(tuple(near[:MOST]), len(near) > MOST)


def list_items(index: Index, pair: Pair, category: str, *, asker: str) -> tuple[str, ...]:
    """The items of a category that agreements between two bodies name, of those the asker may know of."""
    if category not in index.vocabulary.holdings:
        return ()
    holding = index.vocabulary.holdings[category][None]
    flows = [
        flow for flow in index.flows(pair, category) if flow.is_known_to(asker) and flow.state != "ended"
    ]
    return tuple(sorted({code for flow in flows for code in flow.items(holding)}))


def _has(body: Body, wanted: list[str]) -> bool:
    known = {word for name in (body.name_en, body.name_cy, body.id, *body.aliases) for word in _words(name)}
    return all(any(word.startswith(part) for word in known) for part in wanted)


def _begins(body: Body, wanted: list[str]) -> bool:
    typed = " ".join(wanted)
    return any(" ".join(_words(name)).startswith(typed) for name in (body.name_en, body.name_cy))


def _words(text: str) -> list[str]:
    """The words of a text without case and accents, so that `Môn` is found as `mon`."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(letter for letter in split if not unicodedata.combining(letter)))
