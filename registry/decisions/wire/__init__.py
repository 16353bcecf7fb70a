"""Permission checks over HTTP: endpoint, batches, metadata, refusals (AuthZEN 1.0)."""
