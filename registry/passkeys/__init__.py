"""Approvals that the operator cannot invent: people's passkeys, what vouches for them, what they sign."""
