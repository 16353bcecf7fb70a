"""What an auditor runs: an export read and verified with the log's key alone, without database or network."""
