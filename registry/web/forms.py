"""Whether a form was sent from a page of this registry: the second fence beside the CSRF token."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_own_form(headers: Mapping[str, str], base_url: str) -> bool:
    """Whether the browser says the request comes from our own origin, or says nothing about it.

    `Sec-Fetch-Site` decides where it is sent (Fetch Metadata), else `Origin`. Programs send neither.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None:
        return True
    ours = {urlsplit(base_url).netloc, headers.get("host", "")}
    return urlsplit(origin).netloc in ours - {""}
