"""A room of which one seat goes on alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.dispatch.island.parted import Parted, make_folder, remove


@pytest.fixture
def parted() -> Iterator[Parted]:
    folder = make_folder()
    made = Parted(folder)
    yield made
    made.close()
    remove(folder)
