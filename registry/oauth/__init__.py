"""The authorization server: local sign-in for officers, signed assertions for partner systems."""
