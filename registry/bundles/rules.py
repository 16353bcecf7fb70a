"""What bundles refuse, and how long they last."""

from datetime import timedelta

from registry.errors import Forbidden

LONGEST = timedelta(hours=24)
"""No bundle is answered from for longer, whatever the setting: agreements are suspended for a reason."""


class MayNotTakeBundle(Forbidden):
    """A bundle is for those who may ask about the organisation's own sharing, of that organisation alone."""

    code = "may-not-take-bundle"
