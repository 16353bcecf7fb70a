"""Log arithmetic: signed notes, checkpoints, the Merkle tree, its tiles and its proofs. No SQL, no HTTP."""
