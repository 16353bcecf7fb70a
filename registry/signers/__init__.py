"""The log's private keys: in files, behind another process, in a hardware module, and how they sign.

Each driver is a `Signer` (`registry.tlog.note`): it tells its public keys and signs the text of a note. Which
driver holds a key is said by its source (`sources`), which keys sign today by the ring (`ring`).
"""
