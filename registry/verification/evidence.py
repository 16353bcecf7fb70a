"""The evidence in an export: what each approval rests on, put together and checked without the registry.

An entry that can be read and says that it is proved has to come with its proof, and the entry about a roster
or a key with both: what is left out is found as much as what was changed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from urllib.parse import urlsplit

from registry.tlog.faults import Malformed, Unproved
from registry.verification.approvals import STRONG, Checker
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.logged import (
    GIVEN,
    REGISTERED,
    ROSTERED,
    VOUCHING,
    Entry,
    Lent,
    LogKeys,
    Members,
    Recorded,
)
from registry.verification.names import DOCUMENT, EVIDENCE, KEY, ROSTER, SITE, numbers
from registry.verification.spelling import digest, read_json
from registry.verification.statements import Site
from registry.verification.vouching import Vouching

MAX_OCTETS = 1 << 26


def is_evident(members: Members) -> bool:
    """Whether an entry is about an approval that evidence proves, or about what such approvals rest on."""
    return members.get("strength") in STRONG or str(members.get("type")) in VOUCHING


class Evidence:
    """The evidence of an export, each piece held against the entry that names it."""

    def __init__(
        self,
        contents: Contents,
        logged: Mapping[int, Entry],
        said: Mapping[int, Members],
        report: Report,
    ) -> None:
        self._contents, self._logged, self._said, self._report = contents, logged, said, report
        self._left = set(numbers(contents.names, EVIDENCE))

    def check(self, log: LogKeys, site: Site | None) -> None:
        """Check that each approval was given by whom its entry says; `site` is where approvals are made."""
        checker = self._checker(log, site)
        for index, said in sorted(self._said.items()):
            if said.get("strength") in STRONG and (octets := self._evidence(index)) is not None:
                self._check_approval(checker, index, octets)
        for index in sorted(self._left):
            self._evidence(index)

    def _checker(self, log: LogKeys, site: Site | None) -> Checker | None:
        """What checks approvals; None where they cannot be checked."""
        rosters, keys = list(self._recorded(ROSTERED, ROSTER)), list(self._recorded(REGISTERED, KEY))
        site = site or copied_site(self._contents)
        try:
            return Checker(Vouching(rosters, keys, log=log, site=site), log, site) if site else None
        except Malformed as fault:
            self._report.add("approval-unproved", "roster/, key/", fault)
            return None

    def _check_approval(self, checker: Checker | None, index: int, octets: bytes) -> None:
        try:
            if checker is None:
                raise Unproved("the site where approvals are made is not known, or a roster or key is none")
            found = checker.check(self._logged[index], octets, self._delegation(octets))
        except (Malformed, Unproved) as fault:
            self._report.add("approval-unproved", f"evidence/{index}.json", fault)
            return
        if self._report.case:
            self._report.approvals.append(asdict(found))

    def _delegation(self, evidence: bytes) -> Lent | None:
        """The delegation that a piece of evidence names, with the entry by which it was given."""
        named = read_json(evidence).get("delegation")
        for index, said in self._said.items() if named else ():
            if said.get("type") == GIVEN and said["subject"].get("digest") == named:
                octets = self._read(f"documents/{named.removeprefix('sha256:')}")
                return Lent(self._logged[index], octets) if octets is not None else None
        return None

    def _recorded(self, kind: str, pattern: re.Pattern[str]) -> Iterator[Recorded]:
        """The rosters or keys that entries are about, each with entry and evidence; the others are named."""
        left = {name for name in self._contents.names if pattern.fullmatch(name)}
        for index, said in sorted(self._said.items()):
            if said.get("type") != kind:
                continue
            name = _name_of(index, said)
            document, evidence = self._read(name), self._evidence(index)
            if document is not None and said["subject"].get("digest") == digest(document):
                left.discard(name)
                if evidence is not None:
                    yield Recorded(self._logged[index], document, evidence)
        for name in sorted(left):
            self._report.add("document-unlogged", name)

    def _evidence(self, index: int) -> bytes | None:
        """The evidence of an entry; None, and a finding, where it is missing or not the one it names."""
        name = f"evidence/{index}.json"
        self._left.discard(index)
        octets = self._read(name)
        if octets is None or self._said.get(index, {}).get("evidence") == digest(octets):
            return octets
        self._report.add("evidence-unlogged", name)
        return None

    def _read(self, name: str) -> bytes | None:
        """The octets of a file; None, and a finding, where there is none."""
        if any(pattern.fullmatch(name) for pattern in (DOCUMENT, EVIDENCE, KEY, ROSTER)):
            return self._contents.read(name, MAX_OCTETS)
        self._report.add("missing-file", name)
        return None


def _name_of(index: int, said: Members) -> str:
    """The file that holds the document of a roster's or a key's entry."""
    subject = said["subject"]
    if said["type"] == ROSTERED:
        return f"roster/{subject['id']}/{subject.get('version')}"
    return f"key/{said.get('org')}/{index}"


def copied_site(contents: Contents) -> Site | None:
    """The site where approvals are made, as the export says; an auditor may name another."""
    octets = contents.read(SITE, MAX_OCTETS) if SITE in contents.names else None
    try:
        return site_of(*octets.decode("ascii").split()) if octets else None
    except ValueError:
        return None


def site_of(*origins: str) -> Site:
    """The site with these web origins of one host, `https://registry.example`.

    Raises:
        Malformed: not web origins of one host.
    """
    addresses = [urlsplit(origin) for origin in origins]
    hosts = {address.hostname for address in addresses}
    written = tuple(f"{address.scheme}://{address.netloc}" for address in addresses)
    if len(hosts) != 1 or not (host := hosts.pop()) or written != origins:
        raise Malformed(f"not web origins of one host: {', '.join(origins)}")
    return Site(host, frozenset(origins))
