"""Law as data: the code lists of `policies/law`, one file a list, checked as a whole when they are read."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import ValidationError, model_validator

from registry.policy import clocks, entries
from registry.policy.approvals import ApprovalStrength
from registry.policy.cedar import BadPolicyFile
from registry.policy.entries import Entry, Model, NamedEntry
from registry.yamlfiles import read_yaml

GIVEN_BY_FILE = ("mark", "cy_status", "reviewed_on", "review_due")
"""What a file says once for all of its entries."""

OTHER_FILES = frozenset({"CHANGELOG.md"})
"""What lies beside the lists: what changed when."""


class Law(Model):
    """Every list under `policies/law`, by code; a field's name is its file's name with hyphens."""

    purposes: Mapping[str, entries.Purpose]
    subject_groups: Mapping[str, entries.SubjectGroup]
    categories: Mapping[str, entries.Category]
    obligations: Mapping[str, entries.Obligation]
    limits: Mapping[str, entries.Limit]
    gateways: Mapping[str, entries.Gateway]
    duties: Mapping[str, entries.Duty]
    person_duties: Mapping[str, entries.PersonDuty]
    bars: Mapping[str, entries.Bar]
    art6: Mapping[str, Entry]
    annex1: Mapping[str, Entry]
    art9: Mapping[str, entries.Article9]
    art10: Mapping[str, Entry]
    schedule1: Mapping[str, entries.Schedule1]
    schedule8: Mapping[str, Entry]
    s35: Mapping[str, Entry]
    regimes: Mapping[str, Entry]
    confidentiality_routes: Mapping[str, Entry]
    exemptions: Mapping[str, Entry]
    methods: Mapping[str, Entry]
    frequencies: Mapping[str, Entry]
    volumes: Mapping[str, Entry]
    actions: Mapping[str, NamedEntry]
    identifiability: Mapping[str, entries.Identifiability]
    automation: Mapping[str, Entry]
    biometrics: Mapping[str, Entry]
    age_bands: Mapping[str, Entry]
    nations: Mapping[str, entries.NationEntry]
    agreement_kinds: Mapping[str, Entry]
    party_roles: Mapping[str, Entry]
    roles: Mapping[str, NamedEntry]
    organisation_kinds: Mapping[str, entries.OrganisationKind]
    approval_strengths: Mapping[str, ApprovalStrength]
    dpia_screening: Mapping[str, entries.ScreeningList]
    dpia_risks: Mapping[str, Entry]
    risk_matrix: entries.RiskMatrix
    assessment_clocks: clocks.AssessmentClocks
    ethics: entries.Ethics

    @model_validator(mode="after")
    def _entries_name_known_codes(self) -> Self:
        if strangers := sorted(set(self._strangers())):
            raise ValueError(f"named and in no list: {', '.join(strangers)}")
        return self

    def lists(self) -> dict[str, Mapping[str, Entry]]:
        """Every code list, by its name."""
        return {name: value for name in Law.model_fields if _is_list(value := getattr(self, name))}

    def _strangers(self) -> Iterator[str]:
        """Every code that an entry names and that its list has not, as `<list>.<entry>.<list>.<code>`."""
        lists = self.lists()
        for name, entries_of_list in lists.items():
            for entry in entries_of_list.values():
                for other, codes in entry.named():
                    yield from (
                        f"{name}.{entry.code}.{other}.{code}" for code in codes if code not in lists[other]
                    )

    @classmethod
    def load(cls, folder: Path, overlay: Path | None = None) -> Self:
        """Read `policies/law`, with a deployment's own entries over the shipped ones.

        Raises:
            BadPolicyFile: a file is missing or unknown; a field is unknown, missing or wrong (a missing Welsh
                text is one); a code or key is there twice. The message names every fault that was found.
        """
        files = {name: folder / f"{name.replace('_', '-')}.yaml" for name in cls.model_fields}
        found = {path for path in folder.iterdir() if path.name not in OTHER_FILES}
        if strangers := sorted(found ^ set(files.values())):
            raise BadPolicyFile(f"missing or unknown in policies/law: {', '.join(s.name for s in strangers)}")
        try:
            return cls.model_validate({name: _read_over(path, overlay) for name, path in files.items()})
        except ValidationError as fault:
            lines = (f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in fault.errors())
            raise BadPolicyFile("\n".join(lines)) from fault

    def requires_dpia(self, criteria: Collection[str]) -> bool:
        """Say whether the screening criteria that apply require a DPIA (UK GDPR Art 35; DPA 2018 s.64).

        A list requires one when it reaches its threshold. A criterion marked `plus_wp248` counts only when a
        criterion of the WP248 list applies too.
        """
        wp248 = any(criterion.code in criteria for criterion in self.dpia_screening["wp248"].criteria)
        return any(
            screening.count(criteria, wp248=wp248) >= screening.threshold
            for screening in self.dpia_screening.values()
        )


def _is_list(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(entry, Entry) for entry in value.values())


def _read_over(path: Path, overlay: Path | None) -> Any:
    """Return what a file holds; of a code list, with the entries of the overlay's file of that name."""
    shipped = _read(path)
    if overlay is None or not (overlay / path.name).exists():
        return shipped
    if "entries" not in _content(path):
        raise BadPolicyFile(f"{overlay / path.name}: this file has no entries that an overlay could add to")
    return shipped | _read(overlay / path.name)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = read_yaml(path)
    except (yaml.YAMLError, ValueError) as fault:
        raise BadPolicyFile(f"{path}: {fault}") from fault
    if not isinstance(content, dict):
        raise BadPolicyFile(f"{path}: must be a mapping")
    return content


def _read(path: Path) -> Any:
    """Return a file's entries by code, or the whole file where it has none; each entry has the mark."""
    content = _content(path)
    given = {name: content.pop(name, None) for name in GIVEN_BY_FILE}
    whole = _with_given(content, given)
    return _by_code(path, whole["entries"]) if whole.keys() == {"entries"} else whole


def _with_given(node: Any, given: Mapping[str, Any]) -> Any:
    """Give every entry below a node what its file says for all, unless it speaks for itself."""
    if isinstance(node, list):
        return [_with_given(child, given) for child in node]
    if not isinstance(node, dict):
        return node
    children = {name: _with_given(child, given) for name, child in node.items()}
    return {**given, **children} if "code" in node else children


def _by_code(path: Path, listed: list[dict[str, Any]]) -> dict[Any, Any]:
    coded = {entry.get("code"): entry for entry in listed}
    if len(coded) < len(listed):
        raise BadPolicyFile(f"{path}: a code is missing or there twice")
    return coded
