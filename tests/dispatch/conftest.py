"""A log in each of the databases that may keep it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dispatch.logs import Place
from tests.servers import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty place for a log, once in each database."""
    if request.param == "sqlite":
        found = Place(str(tmp_path / "log.db"), tmp_path / "keys", is_shared=False)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        found = Place(server.address(f"log_{uuid.uuid4().hex}"), tmp_path / "keys", is_shared=True)
    yield found
    found.close()
