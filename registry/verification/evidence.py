"""The evidence in a case file: what each approval rests on, put together and checked without the registry."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from registry.tlog.faults import Malformed, Unproved
from registry.verification.approvals import (
    EVIDENCE_SCHEMA,
    ApprovalCase,
    Logged,
    LogKeys,
    Recorded,
    check_approval,
)
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.names import EVIDENCE, KEY, ROSTER, SITE, numbers
from registry.verification.spelling import digest, read_json
from registry.verification.statements import Site

MAX_OCTETS = 1 << 26
Members = dict[str, Any]


class Evidence:
    """The evidence of a case, each piece held against the entry that names it."""

    def __init__(
        self,
        contents: Contents,
        logged: Mapping[int, Logged],
        said: Mapping[int, Members],
        report: Report,
    ) -> None:
        self._contents, self._logged, self._said, self._report = contents, logged, said, report
        self._found = dict(self._read())

    def check_approvals(self, log: LogKeys, site: Site | None) -> None:
        """Check that each approval was given by whom its entry says."""
        rosters, keys = list(self._recorded(ROSTER)), list(self._recorded(KEY))
        for index, members in self._approvals():
            octets = self._found[index]
            case = ApprovalCase(
                approval=self._logged[index],
                evidence=octets,
                rosters=rosters,
                keys=keys,
                delegation=self.delegations.get(members.get("delegation") or ""),
            )
            try:
                if site is None:
                    raise Unproved("the site where approvals are made is not known")
                self._report.approvals.append(asdict(check_approval(case, log=log, site=site)))
            except (Malformed, Unproved) as fault:
                self._report.add("approval-unproved", f"evidence/{index}.json", fault)

    @cached_property
    def delegations(self) -> dict[str, bytes]:
        """The documents of the delegations by which deputies approved, by digest."""
        named = {members.get("delegation") for _, members in self._approvals()}
        names = {f"documents/{str(one).removeprefix('sha256:')}": one for one in named if one}
        found = {one: self._contents.read(name, MAX_OCTETS) for name, one in names.items()}
        return {one: octets for one, octets in found.items() if octets is not None}

    def _read(self) -> Iterator[tuple[int, bytes]]:
        """Index and octets of each piece that is the one its entry names."""
        for index in numbers(self._contents.names, EVIDENCE):
            name = f"evidence/{index}.json"
            octets = self._contents.read(name, MAX_OCTETS)
            if octets is None:
                continue
            if self._said.get(index, {}).get("evidence") == f"sha256:{sha256(octets).hexdigest()}":
                yield index, octets
            else:
                self._report.add("evidence-unlogged", name)

    def _approvals(self) -> Iterator[tuple[int, Members]]:
        """Index and members of the evidence of each approval."""
        for index, octets in self._found.items():
            try:
                members = read_json(octets)
            except Malformed as fault:
                self._report.add("approval-unproved", f"evidence/{index}.json", fault)
                continue
            if members.get("schema") == EVIDENCE_SCHEMA:
                yield index, members

    def _recorded(self, kind: Any) -> Iterator[Recorded]:
        """The rosters or keys in the case, each with its entry and evidence."""
        by_digest = {said.get("subject", {}).get("digest"): index for index, said in self._said.items()}
        for name in sorted(name for name in self._contents.names if kind.fullmatch(name)):
            octets = self._contents.read(name, MAX_OCTETS)
            index = by_digest.get(digest(octets)) if octets is not None else None
            if octets is not None and index in self._found:
                yield Recorded(self._logged[index], octets, self._found[index])
            else:
                self._report.add("document-unlogged", name)


def copied_site(contents: Contents) -> Site | None:
    """The site where approvals are made, as the case file says; an auditor may name another."""
    octets = contents.read(SITE, MAX_OCTETS)
    try:
        return site_of(octets.decode("ascii").strip()) if octets else None
    except ValueError:
        return None


def site_of(origin: str) -> Site:
    """The site with this web origin, `https://registry.example`.

    Raises:
        Malformed: not a web origin.
    """
    address = urlsplit(origin)
    if not address.hostname or origin != f"{address.scheme}://{address.netloc}":
        raise Malformed(f"not a web origin: {origin}")
    return Site(address.hostname, frozenset({origin}))
