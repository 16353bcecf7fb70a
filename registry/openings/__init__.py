"""What commitments in the log stand for: read by those entitled, erased by two people, kept as receipts."""
