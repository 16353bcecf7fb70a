"""AuthZEN. A package, so that the decision point its tests share ends with the last of them."""
