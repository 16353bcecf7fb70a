"""When checkpoints in an export were there: each time-stamp token held against the checkpoint it is about."""

from registry.tlog.faults import Malformed, Unproved
from registry.verification.contents import Contents
from registry.verification.findings import Report
from registry.verification.names import TOKEN, numbers
from registry.verification.timestamps import check_response
from registry.verification.trusted import Trusted

MAX_OCTETS = 1 << 20


def check_tokens(contents: Contents, trusted: Trusted, report: Report) -> None:
    """Check every token, where the auditor trusts an authority; whoever does and is given none is told so."""
    if not trusted.authorities:
        return
    sizes = numbers(contents.names, TOKEN)
    for size in sizes:
        token = contents.read(f"tsr/{size}.tsr", MAX_OCTETS)
        note = contents.read(f"checkpoints/{size}.checkpoint", MAX_OCTETS)
        if token is None or note is None:
            continue
        try:
            report.stamped[size] = check_response(token, note, trusted.authorities).at
        except (Malformed, Unproved) as fault:
            report.add("token-unproved", f"tsr/{size}.tsr", fault)
    if not sizes:
        report.add("token-missing", "tsr/")
