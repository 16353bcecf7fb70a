"""Where tests keep what they throw away: in memory where there is room, else in the temporary folder.

Tests would wait for the disk more than for anything else, and none of them takes the power away. Measurements
use the disk.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - names that nobody can guess are made in it
ENOUGH_BYTES = 4 << 30


def scratch() -> Path:
    """The folder."""
    in_memory = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    return MEMORY if in_memory else Path(tempfile.gettempdir())
