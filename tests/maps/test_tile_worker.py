"""The worker that paints tiles: jobs in, pictures and labels out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from gis.city import City
from maps.label import read_label
from maps.style import THEMES
from maps.tile_worker import SLOT_BYTES, paint_tile, serve
from maps.tiles import TILE_PX, LayerFolder, TileKey, tile_extent_m, tiles_covering
from tests.maps.village import view


def job(number: int, city: City, key: TileKey, **changes: object) -> str:
    line = {
        "job": number, "layers": str(city.folder / "layers"), "version": 0, "theme": "night", "ratio": 1.0,
        "knows_own_labels": False, "level": key.level, "column": key.column, "row": key.row,
    }  # fmt: skip
    return json.dumps({**line, **changes}) + "\n"


@pytest.fixture
def slot(tmp_path: Path) -> Path:
    file = tmp_path / "slot"
    file.write_bytes(bytes(SLOT_BYTES))
    return file


def test_a_tile_is_painted_into_the_slot(village: City, slot: Path) -> None:
    lake = next(tiles_covering(view(-300, 0, 1.0), 0))
    answers, copy = io.StringIO(), slot.with_name("copy")
    copy.hardlink_to(slot)
    serve([job(5, village, lake)], answers, slot)
    answer = json.loads(answers.getvalue())
    assert answer["job"] == 5 and "error" not in answer
    image = QImage(copy.read_bytes(), TILE_PX, TILE_PX, TILE_PX * 4, QImage.Format.Format_RGB32)
    extent = tile_extent_m(0, 1.0)
    across, down = int(499_700 - lake.column * extent), int((lake.row + 1) * extent - 6_650_000)
    assert image.pixelColor(across, down).name() == THEMES["night"].water
    assert not slot.exists()


def test_a_job_that_fails_is_answered_and_the_next_one_is_done(village: City, slot: Path) -> None:
    key = TileKey(0, 0, 0)
    answers = io.StringIO()
    serve([job(1, village, key, theme="pink"), job(2, village, key)], answers, slot)
    first, second = (json.loads(line) for line in answers.getvalue().splitlines())
    assert "pink" in first["error"]
    assert second == {"job": 2, "labels": []}


def test_painting_here_and_in_a_worker_is_the_same(village: City, slot: Path) -> None:
    key = next(tiles_covering(view(0, 0, 1.0), 0))
    image, labels = paint_tile(LayerFolder(village.folder / "layers"), "day", key, 1.0)
    copy, answers = slot.with_name("copy"), io.StringIO()
    copy.hardlink_to(slot)
    serve([job(1, village, key, theme="day")], answers, slot)
    assert QImage(copy.read_bytes(), TILE_PX, TILE_PX, TILE_PX * 4, QImage.Format.Format_RGB32) == image
    assert [read_label(entry) for entry in json.loads(answers.getvalue())["labels"]] == labels


def test_the_worker_imports_nothing_heavy() -> None:
    heavy = "pandas geopandas scipy sqlalchemy shapely pyproj PySide6.QtWidgets"
    script = f"import sys, maps.tile_worker; print([name for name in '{heavy}'.split() if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_a_worker_whose_window_was_killed_says_nothing(village: City, slot: Path) -> None:
    command = [sys.executable, "-m", "maps.tile_worker", str(slot)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, text=True) as worker:
        assert worker.stdin is not None and worker.stdout is not None and worker.stderr is not None
        worker.stdout.close()
        worker.stdin.write(job(1, village, TileKey(0, 0, 0), layers="nowhere"))
        worker.stdin.close()
        assert (worker.stderr.read(), worker.wait(60)) == ("", 0)
