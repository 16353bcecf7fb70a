"""Log arithmetic: notes, keys, cosignatures, trust policies, the tree, its tiles and proofs. No SQL, no HTTP."""
