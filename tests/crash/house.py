"""A small registry with sign-offs that wait to be given, copied afresh for every crash."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from registry.settings import Settings
from tests import postgres
from tests.samples.agreements import Cast
from tests.scratch import scratch
from tests.signoffs import House, SignOff


@dataclass(frozen=True)
class Prepared:
    """A house as it is before the crash, its people, and what they are about to sign."""

    house: House
    cast: Cast
    sign_offs: tuple[SignOff, ...]
    server_url: str
    """Where databases are created; empty for SQLite, whose file lies among the data of the house."""

    @property
    def engine(self) -> str:
        """Which database it is kept in."""
        return "postgresql" if self.server_url else "sqlite"

    @contextmanager
    def copy(self) -> Iterator[House]:
        """A house of its own with the same keys and content, gone when the block ends."""
        original = self.house.settings
        with tempfile.TemporaryDirectory(dir=scratch()) as folder, self._database() as url:
            data_dir = Path(folder) / "data"
            shutil.copytree(original.data_dir, data_dir)
            settings = Settings(data_dir=data_dir, database_url=url, base_url=original.base_url)
            yield House(settings, self.house.port)

    @contextmanager
    def _database(self) -> Iterator[str]:
        if not self.server_url:
            yield ""
            return
        template = str(make_url(self.house.settings.database).database)
        with postgres.database(self.server_url, template=template) as url:
            yield url
