"""Which tests run one after another in the same worker, so that what is dear is set up only once."""

from xdist.scheduler import LoadScopeScheduling

SHARED = ("tests/integration/http/", "tests/journeys/")
"""Folders whose tests share a running registry, one for each engine."""

BROWSER = "tests/browser/"
"""The folder whose tests share one running registry and one Chromium."""

ENGINES = ("sqlite", "postgresql")


class ByRegistry(LoadScopeScheduling):  # type: ignore[misc]  # xdist comes without types
    """Keeps the tests of a file together, and those of a shared registry whichever file they are in."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test by its id, such as `tests/journeys/test_answers.py::test_a_claim[sqlite]`."""
    if nodeid.startswith(BROWSER):
        return BROWSER
    file, _, test = nodeid.partition("::")
    _, _, parameters = test.partition("[")
    engine = next((engine for engine in ENGINES if engine in parameters), "")
    folder = next((folder for folder in SHARED if file.startswith(folder)), "")
    return f"{folder} {engine}" if folder and engine else file
