"""The README's five minutes, pasted into a terminal: a permitted check, a signature, a verified export."""

import os
import re
import subprocess

from registry.settings import ROOT
from tests.journeys.world import World


def test_the_tour_works_as_it_is_written(world: World) -> None:
    pasted = re.findall(
        r"^```bash\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    environment = {**os.environ, **world.settings, "DATA_DIR": str(world.data_dir)}
    tour = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(pasted)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert tour.returncode == 0, tour.stdout + tour.stderr
    assert re.findall(r'"outcome": "(\w+)"', tour.stdout) == [
        "PERMIT_WITH_OBLIGATIONS",
        "PERMIT_WITH_OBLIGATIONS",
        "SUSPENDED",
        "NOT_COVERED",
        "PERMIT_WITH_OBLIGATIONS",
    ]
    assert "entries are as they were signed" in tour.stdout
    assert "So this copy proves nothing." in tour.stdout
