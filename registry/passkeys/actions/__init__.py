"""What people do with passkeys and keys: enrol, vouch, countersign, approve."""

from registry.passkeys.actions.approving import BY_SESSION, Proven, approve, keep

__all__ = ["BY_SESSION", "Proven", "approve", "keep"]
