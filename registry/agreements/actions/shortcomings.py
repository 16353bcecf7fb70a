"""What an agreement signed outside does not meet of the rules that stand before a signature here.

Its papers were other registers' business, so nothing is refused or stopped for it. But the rules of stages
submit and activate are asked all the same, whenever the agreement is settled: what they find is kept with
the version, digested in the log, and told with the agreement and with every answer that rests on it. At the
review the same rules refuse what still does not meet them, because such a version is signed anew, here.
"""

from registry.agreements.actions.change import Change
from registry.agreements.events import ShortcomingsFound, rule_codes
from registry.agreements.facts import Standing
from registry.web.documents import digest


def settle_shortcomings(change: Change, standing: Standing) -> None:
    """Keep which rules would refuse a version signed outside if it were signed here today.

    Where they have changed, the log says so.
    """
    if not change.version.attested_by:
        return
    gates, today = change.policies.gates, standing.today
    unmet = [
        *gates.judge("submit", standing.submit_units(), today),
        *gates.judge("activate", standing.activation_units(), today),
    ]
    found = tuple(sorted({one.rule for one in unmet if one.severity != "warn"}))
    if found == change.shortcomings:
        return
    change.shortcomings = found
    change.record_system(
        ShortcomingsFound,
        evidence=digest("\n".join(found).encode()),
        policy=change.policies.digest,
        rules=rule_codes(found),
    )
