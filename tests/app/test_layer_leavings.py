"""What cannot be deleted now is noted and deleted later, and nothing else is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app import layer_leavings
from app.layer_deeds import add_file, name_for, remove_layer
from app.layer_leavings import STALE_S, begin_adding, sweep
from gis.city import City
from maps.layers_file import read_layers, write_layers
from maps.listing import LEAVINGS
from maps.user_layers import LayerList, UserLayer
from tests.app.test_layer_deeds import POINT, city, geojson

__all__ = ["city"]


def with_picture(city: City, name: str) -> Path:
    listing, _ = read_layers(city.folder)
    write_layers(city.folder, listing.with_layer(UserLayer(name=name, title=name, kind="imagery", source="a.tif")))
    file = city.folder / "imagery" / f"{name}.tif"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"picture")
    file.with_name(f"{name}.tif.aux.xml").write_bytes(b"about it")
    return file


def test_a_picture_that_is_held_open_goes_later(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    file = with_picture(city, "photo")
    unlink = Path.unlink

    def held(path: Path, missing_ok: bool = False) -> None:
        if path == file:
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", held)
        assert not remove_layer(city, "photo").layers
        sweep(city.folder)
        assert file.exists() and name_for(city, "Photo") == "photo_2"
    sweep(city.folder)
    assert not list(file.parent.iterdir()) and not (city.folder / LEAVINGS).exists()
    assert name_for(city, "Photo") == "photo"


def test_a_store_that_is_held_open_goes_later(tmp_path: Path, city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    add_file(city, geojson(tmp_path / "trees.geojson", POINT))
    held = city.folder / "layers" / "trees"
    with monkeypatch.context() as patched:
        patched.setattr(layer_leavings.shutil, "rmtree", lambda path, ignore_errors: None)
        remove_layer(city, "trees")
        assert held.exists()
    add_file(city, geojson(tmp_path / "trees.geojson", POINT))  # the name is free again
    assert [layer.name for layer in read_layers(city.folder)[0].layers] == ["trees"] and held.exists()
    assert not (city.folder / LEAVINGS).exists()


def test_a_folder_that_cannot_be_noted_in_is_no_error(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    file = with_picture(city, "photo")
    (city.folder / LEAVINGS).write_text("in the way", "utf-8")
    monkeypatch.setattr(layer_leavings, "_is_gone", lambda path: False)
    assert remove_layer(city, "photo") == LayerList()
    assert file.exists()


def test_only_stale_imports_are_swept_and_never_what_is_listed(city: City) -> None:
    note = begin_adding(city.folder, "trees")
    half = city.folder / "layers" / "trees"
    half.mkdir()
    sweep(city.folder)
    assert half.exists() and note.exists()
    with pytest.raises(ValueError, match="still"):
        begin_adding(city.folder, "trees")
    long_ago = note.stat().st_mtime - STALE_S - 1
    os.utime(note, (long_ago, long_ago))
    write_layers(
        city.folder, LayerList((UserLayer(name="trees", title="Trees", kind="vector", source="trees.geojson"),))
    )
    sweep(city.folder)
    assert half.exists() and not note.exists()


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"adding": False, "places": ["../city.toml", "city.toml", "layers/../city.toml", "roads", 7]}),
        "[" * 10_000,
        "{}",
    ],
)
def test_a_stranger_s_note_deletes_nothing_but_layers(city: City, text: str) -> None:
    before = sorted(city.folder.rglob("*"))
    (city.folder / LEAVINGS).mkdir()
    (city.folder / LEAVINGS / "trees.json").write_text(text, "utf-8")
    sweep(city.folder)
    assert sorted(city.folder.rglob("*")) == before
