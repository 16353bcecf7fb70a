"""The README's five minutes, as they are pasted into a terminal."""

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
    told = ["PERMIT_WITH_OBLIGATIONS", "PERMIT_WITH_OBLIGATIONS", "SUSPENDED"]
    assert re.findall(r'"outcome": "(\w+)"', tour.stdout) == told
    assert "So this copy proves nothing." in tour.stdout
