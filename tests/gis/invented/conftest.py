"""One small invented city, generated once for all tests that only look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gis.invented.generate import GenerateReport, generate
from gis.invented.plan import Plan
from gis.invented.shaping import Shape, shape_city

SEED = 4


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> GenerateReport:
    """A town of 1,000 junctions."""
    return generate(tmp_path_factory.mktemp("invented") / "town", Plan.of(1_000, seed=SEED))


@pytest.fixture(scope="session")
def shape() -> Shape:
    """The streets of a city that is large enough for motorways, 5,000 junctions."""
    return shape_city(Plan.of(5_000, seed=7), lambda share, doing: None)


@pytest.fixture
def folder(town: GenerateReport) -> Path:
    """The town's folder, to look at only."""
    return town.folder
