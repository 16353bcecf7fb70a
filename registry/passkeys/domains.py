"""What stands on organisations' own domains."""

from registry.egress import Egress, Unreachable
from registry.passkeys.rules import KeyNotPublished


class OwnDomains:
    """Reads what organisations publish. Never inside a transaction: another machine may be slow."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    def read(self, url: str) -> bytes:
        """What stands at an address.

        Raises:
            KeyNotPublished: nothing does, or it may not be called.
        """
        try:
            answer = self._egress.get(url)
        except Unreachable:
            raise KeyNotPublished(url=url) from None
        if answer.status != 200:
            raise KeyNotPublished(url=url)
        return answer.body
