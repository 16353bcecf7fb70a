"""An index of what was known when the log had some size, made of what `registry.history` tells of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from registry.decisions.index import Body, Index
from registry.decisions.queries import NATIONS
from registry.history.folding import Then
from registry.history.names import Names, Registered


def naming(like: Index, names: Names, today: Mapping[str, Body]) -> Index:
    """An index with the codes of another that knows what bodies were called then, and no flow yet.

    What the log does not say of a body is taken from what is known of it `today`.
    """
    index = like.emptied()
    index.know(_bodies(names, today))
    index.past_fault = None
    return index


def knowing(named: Index, thens: Sequence[Then], *, log_size: int) -> tuple[Index, bool]:
    """An index of these agreements with the names of another, and whether the log tells everything of them.

    A flow of which it does not say what stopped it is left out, so that it never permits.
    """
    index = named.emptied()
    index.know(named.bodies.values())
    index.past_fault = None
    unclear = frozenset[tuple[str, int, str]]().union(*(then.unclear for then in thens))
    flows = (flow for then in thens for flow in then.flows)
    index.load(
        (flow for flow in flows if (flow.ref, flow.version, flow.flow) not in unclear), log_size=log_size
    )
    return index, not unclear and not any(then.untold for then in thens)


def _bodies(names: Names, today: Mapping[str, Body]) -> Iterator[Body]:
    """Bodies under the identifiers they had, with what is known of them today besides."""
    for registered, identifiers in names.answering():
        known = today.get(registered.id) or Body(registered.id, (), registered.id, registered.id, "", "")
        yield replace(known, aliases=identifiers, **_facts(registered))


def _facts(registered: Registered) -> dict[str, Any]:
    """What its entry says of a body, unless it is an older one that does not."""
    if not registered.kind:
        return {}
    nations = frozenset(NATIONS[letter] for letter in registered.nations)
    return {"kind": registered.kind, "nations": nations}
