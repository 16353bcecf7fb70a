"""What law adds to an answer, whatever an agreement says: bars, duties, opt-outs, overdue texts."""
