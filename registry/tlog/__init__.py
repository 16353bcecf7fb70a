"""Log arithmetic: notes, keys, cosignatures, policies, the tree, its tiles and proofs. No SQL, no HTTP."""
