"""A replayed answer in plain words, in English or Welsh."""

from registry.replay.replaying import Replayed
from registry.verification.findings import Language

OUTCOME = {
    "en": "{outcome} (log size {log_size}, policies {policy_digest})",
    "cy": "{outcome} (maint y log {log_size}, polisïau {policy_digest})",
}
AGREEMENT = {
    "en": "{ref} version {version}, flow {flow}, {hash}",
    "cy": "{ref} fersiwn {version}, llif {flow}, {hash}",
}
SEALED = {
    "en": (
        "{sealed} entries stay sealed in this export: an agreement that never went live, or is withheld, "
        "is not seen."
    ),
    "cy": (
        "Mae {sealed} cofnod yn aros dan sêl yn yr allforiad hwn: ni welir cytundeb na ddaeth erioed yn "
        "weithredol, nac un a ddelir yn ôl."
    ),
}
HIDDEN = {
    "en": "The texts of these agreements are not here: {refs}. Add their case files with --case.",
    "cy": "Nid yw testunau'r cytundebau hyn yma: {refs}. Ychwanegwch eu ffeiliau achos gyda --case.",
}


def words(replayed: Replayed, language: Language) -> str:
    """The answer, its reasons, obligations and advice one a line, and what the export does not show."""
    said = replayed.document()
    lines = [OUTCOME[language].format(**said)]
    lines += [AGREEMENT[language].format(**said["agreement"])] if said["agreement"] else []
    lines += [f"{one['code']}: {one[language]}" for one in (*said["reasons"], *said["obligations"])]
    lines += [said["advice"][language]]
    lines += [SEALED[language].format(**said)] if said["sealed"] else []
    lines += [HIDDEN[language].format(refs=", ".join(said["hidden"]))] if said["hidden"] else []
    return "\n".join(lines)
