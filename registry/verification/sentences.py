"""What can be found, in English and Welsh. The codes never change."""

SENTENCES: dict[str, tuple[str, str]] = {
    "archive-unreadable": (
        "{place} cannot be read as an export: {detail}",
        "ni ellir darllen {place} fel allforyn: {detail}",
    ),
    "missing-file": ("{place} is missing", "mae {place} ar goll"),
    "unreadable-file": ("{place} cannot be read: {detail}", "ni ellir darllen {place}: {detail}"),
    "unexpected-file": (
        "{place} does not belong to an export of this log",
        "nid yw {place} yn perthyn i allforyn o'r log hwn",
    ),
    "duplicate-file": ("{place} is there more than once", "mae {place} yno fwy nag unwaith"),
    "container-changed": (
        "{place} around the files is not the one that the registry writes",
        "nid {place} o gwmpas y ffeiliau yw'r un y mae'r gofrestr yn ei ysgrifennu",
    ),
    "key-differs": (
        "{place} is not the key you trust",
        "nid {place} yw'r allwedd yr ydych yn ymddiried ynddi",
    ),
    "checkpoint-malformed": (
        "{place} is not a checkpoint: {detail}",
        "nid pwynt gwirio yw {place}: {detail}",
    ),
    "checkpoint-unproved": (
        "{place} is not signed by the key you trust: {detail}",
        "ni lofnodwyd {place} gan yr allwedd yr ydych yn ymddiried ynddi: {detail}",
    ),
    "checkpoint-unwitnessed": (
        "{place} is not cosigned by the witnesses you ask for: {detail}",
        "ni chyd-lofnodwyd {place} gan y tystion yr ydych yn gofyn amdanynt: {detail}",
    ),
    "entry-changed": ("{place} is not what was logged", "nid yw {place} yr hyn a logiwyd"),
    "bundle-malformed": (
        "{place} does not hold the entries it should: {detail}",
        "nid yw {place} yn dal y cofnodion y dylai: {detail}",
    ),
    "tile-changed": (
        "{place} is not a part of the signed tree: {detail}",
        "nid yw {place} yn rhan o'r goeden a lofnodwyd: {detail}",
    ),
    "root-differs": (
        "the entries do not add up to the root in {place}",
        "nid yw'r cofnodion yn rhoi'r gwreiddyn sydd yn {place}",
    ),
    "history-rewritten": (
        "the log does not continue {place}: {detail}",
        "nid yw'r log yn parhau {place}: {detail}",
    ),
    "history-unproved": (
        "{place} is older than this case file: only a full export shows that the log continues it",
        "mae {place} yn hŷn na'r ffeil achos hon: dim ond allforyn llawn sy'n dangos bod y log yn ei barhau",
    ),
    "manifest-malformed": ("{place} is not a manifest: {detail}", "nid maniffest yw {place}: {detail}"),
    "manifest-unproved": (
        "{place} is not signed by the key you trust: {detail}",
        "ni lofnodwyd {place} gan yr allwedd yr ydych yn ymddiried ynddi: {detail}",
    ),
    "file-changed": (
        "{place} is not the file that the MANIFEST lists",
        "nid {place} yw'r ffeil y mae'r MANIFEST yn ei rhestru",
    ),
    "file-unlisted": ("{place} is not listed in the MANIFEST", "nid yw {place} wedi'i rhestru yn y MANIFEST"),
    "opening-malformed": ("{place} is not an opening: {detail}", "nid agoriad yw {place}: {detail}"),
    "opening-wrong": (
        "{place} does not open the sealed entry it names",
        "nid yw {place} yn agor y cofnod wedi'i selio y mae'n ei enwi",
    ),
    "document-changed": (
        "{place} is not the document whose digest it is named by",
        "nid {place} yw'r ddogfen y mae ei chrynodeb yn enw arni",
    ),
    "document-unlogged": (
        "{place} is named by no entry that this export opens",
        "nid oes cofnod y mae'r allforyn hwn yn ei agor yn enwi {place}",
    ),
    "receipt-malformed": ("{place} is not a receipt: {detail}", "nid derbyneb yw {place}: {detail}"),
    "receipt-unproved": ("{place} does not hold: {detail}", "nid yw {place} yn dal: {detail}"),
    "receipt-needs-export": (
        "{place} is the file of one case: only a full export shows whether a receipt holds",
        "ffeil un achos yw {place}: dim ond allforyn llawn sy'n dangos a yw derbyneb yn dal",
    ),
    "evidence-unlogged": (
        "{place} is not the evidence that its entry names",
        "nid {place} yw'r dystiolaeth y mae ei chofnod yn ei henwi",
    ),
    "approval-unproved": (
        "{place} does not show that the person gave this approval: {detail}",
        "nid yw {place} yn dangos mai'r person a roddodd y gymeradwyaeth hon: {detail}",
    ),
    "token-unproved": (
        "{place} does not show when the checkpoint was made: {detail}",
        "nid yw {place} yn dangos pryd y gwnaed y pwynt gwirio: {detail}",
    ),
    "token-missing": (
        "{place} holds nothing: no time-stamp authority says when any checkpoint was made",
        "nid oes dim yn {place}: nid oes awdurdod stampiau amser yn dweud pryd y gwnaed unrhyw bwynt gwirio",
    ),
    "not-a-case": (
        "{place} is not the case file of an agreement",
        "nid ffeil achos cytundeb yw {place}",
    ),
    "case-incomplete": (
        "{place} is missing from the case: {detail}",
        "mae {place} ar goll o'r achos: {detail}",
    ),
    "proof-malformed": ("{place} is not a proof: {detail}", "nid prawf yw {place}: {detail}"),
    "proof-unproved": (
        "{place} does not prove this entry: {detail}",
        "nid yw {place} yn profi'r cofnod hwn: {detail}",
    ),
    "row-missing": ("{place} is missing from the database", "mae {place} ar goll o'r gronfa ddata"),
    "row-changed": (
        "{place} in the database is not what the log was built from: {detail}",
        "nid {place} yn y gronfa ddata yw'r hyn yr adeiladwyd y log ohono: {detail}",
    ),
    "row-foreign": (
        "{place} in the database belongs to no entry of the log",
        "nid yw {place} yn y gronfa ddata yn perthyn i unrhyw gofnod yn y log",
    ),
}
"""Every finding there can be: its code, and the sentences it is told in."""

SOUND = (
    "{origin}: all {size} entries are as they were signed",
    "{origin}: mae pob un o'r {size} cofnod fel y'u llofnodwyd",
)
SOUND_CASE = (
    "{origin}: the case of {case} holds; its {entries} entries are among the {size} that were signed",
    "{origin}: mae achos {case} yn dal; mae ei {entries} cofnod ymhlith y {size} a lofnodwyd",
)
CLOSED = (
    "{closed} of them stay closed, sealed or erased: whether more came before, this case does not show",
    "mae {closed} ohonynt ar gau, wedi'u selio neu eu dileu: ni ddengys yr achos a ddaeth rhagor o'u blaen",
)
APPROVED = (
    "{decision} by {organisation} as {role} at {at}: proved by {strength}",
    "{decision} gan {organisation} fel {role} am {at}: profwyd drwy {strength}",
)
WITNESSED = ("cosigned by {name} at {at}", "cyd-lofnodwyd gan {name} am {at}")
STAMPED = (
    "the first {size} entries were there at {at}, as a time-stamp authority says",
    "roedd y {size} cofnod cyntaf yno am {at}, fel y dywed awdurdod stampiau amser",
)
RECEIPT = (
    "a receipt holds: at {at} {organisation} asked and was answered {outcome} (agreement {agreement})."
    " It is evidence of a question, not an authorisation",
    "mae derbyneb yn dal: am {at} gofynnodd {organisation} a chafodd yr ateb {outcome}"
    " (cytundeb {agreement}). Tystiolaeth o gwestiwn ydyw, nid awdurdodiad",
)
MORE = ("and {count} more", "a {count} arall")

_WELSH_PLACES = {
    "entry ": "cofnod ",
    "the older checkpoint": "y pwynt gwirio hŷn",
    "the zip": "y zip",
    "the proof": "y prawf",
}


def in_welsh(place: str) -> str:
    """The name of a place in Welsh; files keep theirs."""
    for english, welsh in _WELSH_PLACES.items():
        if place.startswith(english):
            return place.replace(english, welsh, 1)
    return place.replace(".jsonl line ", ".jsonl llinell ")
