"""The log and every row it answers for, held against each other by night: what differs is named."""
