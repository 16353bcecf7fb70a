"""The law as a published vocabulary, and a deployment's own entries beside it."""
