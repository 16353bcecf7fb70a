"""`docs/log-entries.md` names every event there is, and every field it can have."""

import importlib
import pkgutil
import re
from pathlib import Path

import registry
from registry.auditlog.events import OPTIONAL, Event, event_types

PAGE = Path(__file__).parents[3] / "docs" / "log-entries.md"


def known_events() -> list[type[Event]]:
    """Every event of the registry's features."""
    for module in pkgutil.walk_packages(registry.__path__, "registry."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    return [event for event in event_types() if event.__module__.startswith("registry.")]


def row(event: type[Event]) -> str:
    needs = ", ".join(f"`{name}`" for name in sorted(event.requires))
    may_have = ", ".join(f"`{name}`" for name in sorted(event.permits))
    meaning = (event.__doc__ or "").partition("\n")[0]
    return f"| `{event.type}` | {needs} | {may_have} | {meaning} |"


def test_the_table_lists_every_event_with_its_fields() -> None:
    listed = [
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| `[a-z_]+\.", line)
    ]
    assert listed == [row(event) for event in known_events()]


def test_no_two_classes_share_a_type() -> None:
    classes = {event for event in _below(Event) if hasattr(event, "type")}
    names = {(event.type, event.__module__, event.__qualname__) for event in classes}
    assert len({name[0] for name in names}) == len(names)


def test_an_event_names_only_fields_that_exist() -> None:
    assert not [event for event in known_events() if (event.requires | event.permits) - OPTIONAL.keys()]


def test_the_page_describes_every_optional_field() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert not [name for name in OPTIONAL if f"| `{name}` |" not in page]


def _below(event: type[Event]) -> list[type[Event]]:
    return [deeper for below in event.__subclasses__() for deeper in (below, *_below(below))]
