"""What an auditor runs: an export or a case file, or one proof, checked with the log's keys alone."""

from collections.abc import Sequence
from pathlib import Path

from cryptography.x509 import Certificate

from registry.tlog.faults import Malformed, Unproved
from registry.tlog.keys import VerifierKey
from registry.tlog.policy import Policy
from registry.tlog.proof import Proof
from registry.verification.archive import Archive, Unreadable, open_archive
from registry.verification.casefile import CaseFile
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.manifest import NAME as MANIFEST
from registry.verification.progress import Progress, unwatched
from registry.verification.receipts import verify_receipts
from registry.verification.statements import Site
from registry.verification.trusted import Trusted
from registry.verification.whole import WholeLog


def verify(
    path: Path,
    *keys: VerifierKey,
    policy: Policy | None = None,
    kept: Sequence[bytes] = (),
    case: bool = False,
    site: Site | None = None,
    authorities: Sequence[Certificate] = (),
    receipts: Sequence[tuple[str, bytes]] = (),
    progress: Progress = unwatched,
) -> Report:
    """Check an export, a zip or a folder, and report everything that is not as the log's owner signed it.

    Args:
        path: the full export, or the case file of an agreement; its manifest says which.
        keys: the log's. Without any, those of the log that the policy names.
        policy: whose cosignatures the checkpoint needs.
        kept: checkpoints that the auditor has from before.
        case: it must be a case file.
        site: where approvals are made; without, the copy in the case file counts.
        authorities: certificates of the time-stamp authorities whose tokens count.
        receipts: decision receipts to check against it, each with the name of its file.
        progress: told after each tile.

    Raises:
        Malformed: there is no key to check with, or the keys are of several logs.
    """
    trusted = Trusted.of(keys, policy, authorities)
    report = Report(trusted.origin)
    try:
        with open_archive(path) as archive:
            verify_archive(archive, trusted, report, kept, progress, path=path, case=case, site=site)
            if receipts and report.case:
                report.add("receipt-needs-export", path.name)
            elif receipts and report.is_sound:
                verify_receipts(archive, receipts, report)
    except Unreadable as fault:
        report.add("archive-unreadable", path.name, fault)
    return report


def verify_archive(
    archive: Archive,
    trusted: Trusted,
    report: Report,
    kept: Sequence[bytes] = (),
    progress: Progress = unwatched,
    *,
    path: Path | None = None,
    case: bool = False,
    site: Site | None = None,
) -> None:
    """Check an open archive; `path` is where it is, if a second process may open it too."""
    contents = Contents(archive, report, path)
    manifest = contents.open_manifest(trusted.keys)
    if manifest and manifest.case:
        CaseFile(contents, trusted, report).check(manifest, kept, site)
        return
    if case:
        report.add("not-a-case", MANIFEST)
    WholeLog(contents, trusted, report).check(manifest, kept, site, progress)


def verify_proof(proof: bytes, entry: bytes, *keys: VerifierKey, policy: Policy | None = None) -> Report:
    """Check a `.tlog-proof` file against the octets of its entry."""
    trusted = Trusted.of(keys, policy)
    report = Report(trusted.origin)
    try:
        checkpoint = Proof.parse(proof).check(entry, *trusted.keys)
        if policy:
            report.cosigned = Proof.parse(proof).check_by(policy, entry, trusted.origin).cosigned
    except Malformed as fault:
        report.add("proof-malformed", "the proof", fault)
    except Unproved as fault:
        report.add("proof-unproved", "the proof", fault)
    else:
        report.size, report.root = checkpoint.size, checkpoint.root
    return report
