"""The ground as it looks: six views compared with pictures that somebody looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from PySide6.QtGui import QImage

from gis.city import City
from maps import ground_style, road_painter
from maps.style import THEMES
from tests.maps.references import DIFFERS, MOST_BYTES, MOST_SHARE, SHOTS, SIZE, Shot, difference, invent

pytestmark = pytest.mark.usefixtures("qapp")
Cities = Callable[[str], City]


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Cities:
    made: dict[str, City] = {}

    def find(name: str) -> City:
        if name not in made:
            if name == "invented":
                made[name] = City.open(invent(tmp_path_factory.mktemp("invented") / "city"))
            else:
                made[name] = City.open(request.getfixturevalue(name))
        return made[name]

    return find


def share_off(shot: Shot, city: City) -> tuple[float, QImage, QImage]:
    painted, reference = shot.paint(city), QImage(str(shot.file))
    assert (reference.width(), reference.height()) == SIZE, f"{shot.file} is missing: python -m tests.maps.references"
    return float((difference(painted, reference) > DIFFERS).mean()), painted, reference


def keep(shot: Shot, folder: Path, painted: QImage, reference: QImage) -> Path:
    """Write what was painted and where it differs, white on black."""
    painted.save(str(folder / f"{shot.file.stem}_painted.png"))
    off = np.ascontiguousarray(np.where(difference(painted, reference) > DIFFERS, 255, 0).astype(np.uint8))
    file = folder / f"{shot.file.stem}_differs.png"
    QImage(off.tobytes(), *SIZE, SIZE[0], QImage.Format.Format_Grayscale8).save(str(file))
    return file


@pytest.mark.parametrize("shot", SHOTS, ids=[shot.file.stem for shot in SHOTS])
def test_the_ground_looks_as_its_reference(shot: Shot, cities: Cities, tmp_path: Path) -> None:
    share, painted, reference = share_off(shot, cities(shot.city))
    if share > MOST_SHARE:
        file = keep(shot, tmp_path, painted, reference)
        pytest.fail(
            f"{share:.1%} of the picture differ, {MOST_SHARE:.1%} may: look at {file} and the picture beside it. "
            "If the new look is meant: python -m tests.maps.references, look at the pictures, commit them."
        )


@pytest.mark.parametrize("shot", [SHOTS[0], SHOTS[4]], ids=["near", "middle"])
def test_another_colour_of_streets_is_seen(shot: Shot, cities: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    theme = THEMES[shot.theme]
    roads = MappingProxyType({**theme.roads, "street": "#5a4a30", "service": "#5a4a30"})
    monkeypatch.setattr("tests.maps.references.THEMES", {shot.theme: replace(theme, roads=roads)})
    assert share_off(shot, cities(shot.city))[0] > MOST_SHARE


@pytest.mark.parametrize("shot", [SHOTS[0], SHOTS[4]], ids=["near", "middle"])
def test_other_widths_of_streets_are_seen(shot: Shot, cities: Cities, monkeypatch: pytest.MonkeyPatch) -> None:
    wider = {
        group: replace(style, width_m=1.5 * style.width_m, least_px=style.least_px + 1)
        for group, style in ground_style.ROAD_STYLES.items()
    }
    monkeypatch.setattr(road_painter, "ROAD_STYLES", wider)
    assert share_off(shot, cities(shot.city))[0] > MOST_SHARE


def test_a_look_of_another_time_of_day_is_seen(cities: Cities, tmp_path: Path) -> None:
    shot = replace(SHOTS[0], theme="day")
    painted, reference = shot.paint(cities(shot.city)), QImage(str(SHOTS[0].file))
    assert (difference(painted, reference) > DIFFERS).mean() > 0.5
    assert keep(shot, tmp_path, painted, reference).is_file()


def test_the_references_are_small() -> None:
    assert all(0 < shot.file.stat().st_size <= MOST_BYTES for shot in SHOTS)
