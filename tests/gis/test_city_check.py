"""What is inside a city, and what is wrong with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gis.city_check import check, info


@pytest.fixture
def copy(helsinki: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(helsinki, tmp_path / "copy"))


def wrong(folder: Path) -> list[str]:
    return [f"{finding.file}: {finding.what}" for finding in check(folder) if finding.is_wrong]


def test_a_sound_city_has_nothing_wrong_but_notes(helsinki: Path) -> None:
    findings = check(helsinki)
    assert not [finding for finding in findings if finding.is_wrong]
    assert any("cut off" in finding.what for finding in findings)


def test_info_counts_and_is_plain_json(helsinki: Path) -> None:
    found = info(helsinki)
    assert json.loads(json.dumps(found)) == found
    assert found["layers"]["cameras"]["count"] == 223
    assert sum(found["layers"]["roads"]["kinds"].values()) == found["layers"]["roads"]["count"]
    assert found["places"]["address"] > 500
    assert found["roads"]["junctions"] == found["roads"]["report"]["junctions"]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def swap_order(folder: Path) -> None:
    order = np.load(folder / "roads" / "order.npy")
    order[0] = order[1]
    np.save(folder / "roads" / "order.npy", order)


def move_camera(folder: Path) -> None:
    for name in ("coords", "boxes"):
        array = np.load(folder / "layers" / "cameras" / f"{name}.npy")
        array[0] += 1e6
        np.save(folder / "layers" / "cameras" / f"{name}.npy", array)


def spoil(folder: Path, file: str, value: float) -> None:
    array = np.load(folder / file)
    array[len(array) // 2] = value
    np.save(folder / file, array)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (
            lambda f: edit(f / "city.toml", 'attribution = "© OpenStreetMap contributors"  #', 'attribution = ""  #'),
            "attribution is missing",
        ),
        (lambda f: edit(f / "city.toml", "EPSG:32635", "EPSG:32610"), "is in EPSG:32635"),
        (lambda f: (f / "city.toml").unlink(), "not a city"),
        (lambda f: (f / "places.sqlite").unlink(), "places.sqlite: missing"),
        (lambda f: (f / "places.sqlite").write_bytes(b"x" * 5000), "not a search index"),
        (lambda f: (f / "profiles.toml").unlink(), "profiles.toml: missing"),
        (lambda f: (f / "profiles.toml").write_text("= broken", "utf-8"), "profiles.toml: cannot be read"),
        (lambda f: edit(f / "profiles.toml", "top_speed_kmh", "topspeed_kmh"), "profiles.toml: cannot be read"),
        (lambda f: (f / "profiles.toml").write_text("x = " + "[" * 50_000, "utf-8"), "nested too deeply"),
        (lambda f: (f / "city.toml").write_text("x = " + "[" * 50_000, "utf-8"), "nested too deeply"),
        (lambda f: shutil.rmtree(f / "layers" / "roads"), "no roads"),
        (lambda f: (f / "layers" / "water" / "coords.npy").unlink(), "coords.npy: missing"),
        (
            lambda f: (f / "layers" / "parks" / "attributes.parquet").write_bytes(b"no"),
            "attributes.parquet cannot be read",
        ),
        (lambda f: spoil(f, "layers/buildings/parts.npy", 10**9), "parts.npy does not cut"),
        (lambda f: spoil(f, "layers/buildings/coords.npy", np.nan), "not a number"),
        (lambda f: spoil(f, "layers/buildings/boxes.npy", 5.0), "boxes.npy does not fit"),
        (lambda f: spoil(f, "layers/buildings/kinds.npy", 200), "kinds.npy holds a class"),
        (lambda f: (f / "roads" / "tail.npy").unlink(), "tail.npy"),
        (swap_order, "not a permutation"),
        (lambda f: spoil(f, "roads/head.npy", 0), "changed since the city was built"),
        (move_camera, "lie outside the city's bounds"),
    ],
)
def test_every_damage_is_found(copy: Path, damage: Callable[[Path], object], said: str) -> None:
    damage(copy)
    assert any(said in text for text in wrong(copy)), wrong(copy)


def test_the_sources_checksum_is_compared(helsinki: Path, tmp_path: Path) -> None:
    from maps.cities.helsinki.build import extract_file

    assert not [f for f in check(helsinki, sources=[extract_file()]) if f.is_wrong]
    fake = tmp_path / extract_file().name
    fake.write_bytes(b"another")
    assert any("not the file that the city was built from" in f.what for f in check(helsinki, sources=[fake]))


def test_info_of_a_damaged_city_says_null(copy: Path) -> None:
    (copy / "places.sqlite").unlink()
    (copy / "roads" / "roads.json").unlink()
    (copy / "layers" / "water" / "coords.npy").unlink()
    found = info(copy)
    assert found["places"] is None and found["roads"] is None and found["layers"]["water"] is None
