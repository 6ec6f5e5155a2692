"""Files added by a child program: what it answers, and what is left when it crashes or is killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from app import layer_apart
from app.jobs import Cancelled, Job
from app.layer_apart import LayerNeeded, ReaderEnded, add_file_apart
from app.layer_child import answer_of
from app.layer_deeds import CrsNeeded
from app.wording import sentence
from gis.city import City
from gis.io_problem import VectorError
from maps.layers_file import read_layers
from tests.app.test_layer_deeds import LINE, POINT, city, geojson

__all__ = ["city"]


def job_of(city: City, path: Path, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"title": path.stem, "name": "", "layer": None, "crs": None, "place": ""}
    return {"city": str(city.folder), "path": str(path), **plain, **more}


def everything(city: City) -> list[Path]:
    (city.folder / "imagery").mkdir(exist_ok=True)
    return sorted(city.folder.rglob("*"))


def child_that(does: str) -> Callable[..., subprocess.Popen[bytes]]:
    """Start another program in the child's place; it has the job as `wish`."""
    begin = "import json, os, sys, time\nfrom pathlib import Path\nwish = json.loads(sys.stdin.readline())\n"

    def started(said: object) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-c", begin + does], stdin=pipe, stdout=pipe, stderr=said)  # type: ignore[call-overload]

    return started


HALF_WRITTEN = """
layers = Path(wish["city"]) / "layers"
for folder in (f".{wish['name']}.12ab", wish["name"], wish["name"] + "_points"):
    (layers / folder).mkdir()
    (layers / folder / "coords.npy").write_bytes(b"half")
pictures = Path(wish["city"]) / "imagery"
pictures.mkdir(exist_ok=True)
(pictures / f".{wish['name']}.12ab.tif").write_bytes(b"half")
print(json.dumps({"share": 0.5, "words": "writing"}), flush=True)
"""


def test_a_file_is_added_by_a_program_of_its_own(tmp_path: Path, city: City) -> None:
    job = Job(lambda job: None)
    file = geojson(tmp_path / "trees.geojson", POINT, LINE, {"type": "Point", "coordinates": []})
    added = add_file_apart(city, file, title="Trees", job=job)
    assert [each.name for each in added.layers] == ["trees_lines", "trees_points"]
    assert added.layers == read_layers(city.folder)[0].layers
    assert added.kept == 2 and [problem.feature for problem in added.problems if not problem.kept] == [3]
    assert not [path for path in everything(city) if path.name.startswith(".")]
    with pytest.raises(VectorError, match="no such file"):
        add_file_apart(city, tmp_path / "none.geojson")


def test_what_must_be_asked_comes_back_as_a_question(tmp_path: Path, city: City) -> None:
    x, y = city.to_metric(*city.center)
    table = tmp_path / "a.csv"
    table.write_text(f"easting,northing\n{x},{y}\n", "utf-8")
    answer = json.loads(json.dumps(answer_of(job_of(city, table), print)))
    needed = layer_apart._refusal(answer)
    assert isinstance(needed, CrsNeeded) and needed.guesses[0] == city.metric_crs
    assert needed.sample is not None and np.allclose(needed.sample, [[x, y]], atol=0.01)
    assert str(needed) and sentence(needed.code, {"file": "a.csv"}) != sentence("")


def test_one_of_several_layers_of_a_file_is_asked_and_taken(tmp_path: Path, city: City) -> None:
    import geopandas

    file = tmp_path / "works.gpkg"
    for name, count in (("pipes", 1), ("valves", 2)):
        shapes = [shapely.Point(*POINT["coordinates"])] * count  # type: ignore[misc]
        geopandas.GeoDataFrame(geometry=shapes, crs="EPSG:4326").to_file(file, layer=name)
    needed = layer_apart._refusal(answer_of(job_of(city, file), print))
    assert isinstance(needed, LayerNeeded) and [layer.name for layer in needed.layers] == ["pipes", "valves"]
    told: list[dict[str, Any]] = []
    answer = answer_of(job_of(city, file, layer="valves", title="Valves"), told.append)
    assert (answer["added"], answer["kept"]) == (["valves"], 2)
    assert told[-1]["share"] == 1.0
    assert answer_of(job_of(city, file, layer="", title="First"), print)["kept"] == 1


def test_refusals_keep_their_kind_and_words(tmp_path: Path, city: City) -> None:
    answer = answer_of(job_of(city, tmp_path / "none.geojson"), print)
    refusal = layer_apart._refusal(json.loads(json.dumps(answer)))
    assert type(refusal) is VectorError and "no such file" in str(refusal)
    full = layer_apart._refusal({"refused": "OSError", "words": "No space left on device", "errno": 28, "file": "x"})
    assert isinstance(full, OSError) and full.errno == 28 and "space" in str(full)
    assert type(layer_apart._refusal({"refused": "", "words": "TypeError: a bug"})) is RuntimeError


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 11)", "os._exit(7)", "print('no answer', flush=True)"])
def test_a_crash_is_a_refusal_and_leaves_nothing(
    tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    before = everything(city)
    monkeypatch.setattr(layer_apart, "_started", child_that(HALF_WRITTEN + end))
    with pytest.raises(ReaderEnded) as caught:
        add_file_apart(city, geojson(tmp_path / "trees.geojson", POINT), job=Job(lambda job: None))
    how = "signal 11" if "kill" in end else "code 7" if "7" in end else "code 0"
    assert f"({how})" in str(caught.value)
    assert (
        sentence(caught.value.code, caught.value.parameters) == f"The file's reader ended ({how}); nothing was added."
    )
    assert everything(city) == before


def test_a_cancel_kills_and_leaves_nothing(tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    before, children = everything(city), []
    job = Job(lambda job: None)
    start = child_that(HALF_WRITTEN + "time.sleep(60)")

    def started(said: object) -> subprocess.Popen[bytes]:
        children.append(start(said))
        return children[-1]

    monkeypatch.setattr(layer_apart, "_started", started)
    monkeypatch.setattr(job, "report", lambda share, words: job.cancel())
    with pytest.raises(Cancelled):
        add_file_apart(city, geojson(tmp_path / "trees.geojson", POINT), job=job)
    assert children[0].returncode == -9
    assert everything(city) == before


def test_a_name_that_stands_already_is_not_harmed_by_a_failure(
    tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(city)
    monkeypatch.setattr(layer_apart, "_started", child_that("os._exit(7)"))
    with pytest.raises(ReaderEnded):
        add_file_apart(city, geojson(tmp_path / "roads.geojson", POINT), name="roads")
    with pytest.raises(ValueError, match="name"):
        add_file_apart(city, geojson(tmp_path / "roads.geojson", POINT), name="../roads")
    assert everything(city) == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a file that never answers")
def test_the_child_ends_with_its_parent(tmp_path: Path, city: City) -> None:
    os.mkfifo(tmp_path / "never.geojson")
    with (tmp_path / "said").open("wb") as said:
        child = layer_apart._started(said)
    with child:
        assert child.stdin is not None
        child.stdin.write(json.dumps(job_of(city, tmp_path / "never.geojson")).encode() + b"\n")
        child.stdin.close()
        assert child.wait(20) == 1
