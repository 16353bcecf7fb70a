"""Information-sharing agreements: the terms, the lifecycle, the signatures, the flows that go live."""
