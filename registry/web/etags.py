"""Entity tags: a strong tag counts the changes of one row (RFC 9110 sections 8.8.3 and 13.1.1)."""

from registry.errors import PreconditionMissing, StaleVersion


def tag(revision: int) -> str:
    """The `ETag` of a row that has changed so many times."""
    return f'"{revision}"'


def check_match(if_match: str | None, revision: int, *, required: bool = False) -> None:
    """Refuse a change that was not made on the present state. `*` matches any; a weak tag never does.

    Raises:
        PreconditionMissing: `required`, and no `If-Match` was sent.
        StaleVersion: none of the tags sent is the present one.
    """
    if if_match is None:
        if required:
            raise PreconditionMissing
        return
    sent = [part.strip() for part in if_match.split(",")]
    if sent != ["*"] and tag(revision) not in sent:
        raise StaleVersion
