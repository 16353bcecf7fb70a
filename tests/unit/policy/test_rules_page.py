"""The page about policies lists every rule as its file states it."""

from registry.policy import Policies
from registry.policy.rule import Rule
from registry.settings import ROOT

PAGE = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")


def row(rule: Rule) -> str:
    """The row of the page's table that a rule should have."""
    stages, extent = (", ".join(sorted(names)) for names in (rule.stages, rule.extent))
    nations = "UK" if len(rule.extent) == 4 else extent
    return f"| {rule.id} | {rule.severity} | {stages} | {nations} | {rule.unit} | {rule.texts['say_en']} |"


def test_every_rule_has_its_row_and_no_other_is_there(policies: Policies) -> None:
    rows = [row(rule) for _, rule in sorted(policies.gates.rules.items())]
    first, *rest = PAGE.split("| rule | severity | stage | extent | unit | said when it is not met |\n")
    assert first
    assert rest[0].split("\n\n")[0].splitlines()[1:] == rows


def test_every_number_of_the_field_is_covered(policies: Policies) -> None:
    numbered = {"-".join(rule.split("-")[:2]) for rule in policies.gates.rules}
    families = {
        "LB": 13, "GW": 10, "CF": 3, "DP": 7, "ET": 6, "SD": 6, "PR": 3, "MN": 4, "RT": 2, "SE": 2, "TR": 1,
        "TP": 2, "RG": 1, "RV": 3, "BR": 2, "CH": 2, "PQ": 1, "LG": 1, "LN": 1, "EX": 1, "TM": 1, "VR": 1,
        "BAR": 1, "TN": 1,
    }  # fmt: skip
    assert numbered == {f"{family}-{n:02}" for family, last in families.items() for n in range(1, last + 1)}
