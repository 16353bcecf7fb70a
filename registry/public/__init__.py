"""The register as anyone may read it: the list, one agreement, its approvals and how each is checked."""
