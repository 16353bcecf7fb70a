"""The sample registry as files: what the demo loads, and single documents out of it."""

from datetime import date
from pathlib import Path
from typing import Any

from registry.imports.days import resolve_days
from registry.imports.document import read_file
from registry.yamlfiles import read_yaml

HERE = Path(__file__).parent


def sample_files() -> list[Path]:
    """The files that make the sample registry, in order of name."""
    return sorted((HERE / "sample").glob("*.yaml"))


def sample_people() -> list[dict[str, Any]]:
    """User name, organisation and roles of everyone in the sample, in order."""
    listed = (read_file(path).value.get("people", ()) for path in sample_files())
    return [
        {name: person[name] for name in ("username", "organisation", "roles")}
        for people in listed
        for person in people
    ]


def terms_example(today: date) -> dict[str, Any]:
    """A terms document to try the registry with, beginning today."""
    terms: dict[str, Any] = resolve_days(read_file(HERE / "terms_example.yaml").value, today)
    return terms


def sample_terms(label: str, today: date) -> dict[str, Any]:
    """The first text of the agreement that the sample calls by this label (`mash`, `watchlist`, ...).

    Raises:
        KeyError: the sample has no such agreement.
    """
    for path in sample_files():
        content = resolve_days(read_file(path).value, today)
        for entry in (*content.get("agreements", ()), *content.get("story", ())):
            terms = entry.get("terms") or entry.get("with", {}).get("terms")
            if entry.get("name") == label and terms:
                return dict(terms)
    raise KeyError(label)


def sample_examples() -> list[dict[str, Any]]:
    """Questions as a client sends them, each with the client, the outcome and the decision to expect."""
    listed = read_yaml(HERE / "examples.yaml")
    return [
        {
            "name": one["name"],
            "client_id": one["client"],
            "request": {
                "subject": {"type": "organisation", "id": one["subject"]},
                "action": {"name": one["action"]},
                "resource": {"type": "data_holding", "id": one["about"]},
                "context": one["context"],
            },
            "decision": one["outcome"] in {"PERMIT", "PERMIT_WITH_OBLIGATIONS"},
            "outcome": one["outcome"],
        }
        for one in listed["examples"]
    ]
