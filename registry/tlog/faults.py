"""What can be wrong with something signed or hashed that somebody hands us."""


class Malformed(ValueError):
    """The bytes are not what the writer of this format writes."""


class Unproved(ValueError):
    """The form is right, but the signature or the proof does not hold."""
