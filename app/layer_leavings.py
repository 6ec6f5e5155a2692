"""Delete a layer's data from a city's folder, later where that fails now: Windows lets no file go that is held open.

What is still to be deleted stands in notes in the city's folder, one file a layer, so that the next start, removal or
import deletes it. A note of an import is written before it begins: what a killed import leaves is found by it.
"""

from __future__ import annotations

import json
import logging
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from gis.columns import is_layer_name
from gis.layer_import import stores_of
from maps.layers_file import read_layers
from maps.listing import LEAVINGS
from maps.user_layers import UserLayer
from maps.user_painter import SUFFIXES

logger = logging.getLogger(__name__)

STALE_S = 120.0  # an import that lives touches its note more often than that
_PICTURES = tuple(dict.fromkeys(suffix for suffixes in SUFFIXES.values() for suffix in suffixes))
_PLACE = re.compile(r"layers/[a-z][a-z0-9_]{0,40}|imagery/[a-z][a-z0-9_]{0,40}\.(tif|mbtiles|pmtiles)")


def delete_data(city_folder: Path, layer: UserLayer) -> bool:
    """Delete what was stored for a layer that is no longer listed; tell whether all is gone. A note keeps the rest."""
    if layer.kind == "vector":
        return delete_or_note(city_folder, layer.name, [f"layers/{layer.name}"])
    return delete_or_note(city_folder, layer.name, [f"imagery/{layer.name}{end}" for end in SUFFIXES[layer.kind]])


def delete_or_note(city_folder: Path, name: str, places: Iterable[str]) -> bool:
    """Delete places of a city's folder, and what writing them left beside; tell whether all is gone."""
    kept = [place for place in places if not _is_deleted(city_folder, place)]
    for beside in _beside(city_folder, name):
        _is_gone(beside)
    note = city_folder / LEAVINGS / f"{name}.json"
    try:
        if kept:
            logger.warning("%s: %s is held open and is deleted later", city_folder, ", ".join(kept))
            _write(note, kept, is_adding=False)
        else:
            _drop(note)
    except OSError as error:
        logger.warning("%s: what is to be deleted later cannot be noted: %s", city_folder, error)
    return not kept


def begin_adding(city_folder: Path, name: str) -> Path:
    """Note what an import under a name may write, and answer the note; only what is not there yet stands in it.

    Raises ValueError where the name is none or is not free yet, OSError where the city's folder cannot be written.
    """
    if not is_layer_name(name):
        raise ValueError(f"{name!r} is no name of a layer: small letters, digits and _, beginning with a letter")
    if name in noted(city_folder):
        raise ValueError(f"{name!r} is still being added or removed")
    places = [f"layers/{each}" for each in stores_of(name)] + [f"imagery/{name}{suffix}" for suffix in _PICTURES]
    note = city_folder / LEAVINGS / f"{name}.json"
    _write(note, [place for place in places if not (city_folder / place).exists()], is_adding=True)
    return note


def noted(city_folder: Path) -> set[str]:
    """Name the layers that are being added, or of which something is still to be deleted."""
    return {note.stem for note in (city_folder / LEAVINGS).glob("*.json")}


def still_adding(note: Path) -> None:
    """Say that the import of a note lives."""
    with suppress(OSError):
        note.touch()


def end_adding(city_folder: Path, note: Path) -> None:
    """Delete what an import wrote and did not list, and its note."""
    places, _ = _read(note)
    delete_or_note(city_folder, note.stem, _unlisted(city_folder, places))


def sweep(city_folder: Path) -> None:
    """Delete what notes say; what is listed, or belongs to an import that lives, stays."""
    for note in sorted((city_folder / LEAVINGS).glob("*.json")):
        try:
            age_s = time.time() - note.stat().st_mtime
        except OSError:
            continue
        places, is_adding = _read(note)
        if is_layer_name(note.stem) and (not is_adding or age_s > STALE_S):
            delete_or_note(city_folder, note.stem, _unlisted(city_folder, places))


def _unlisted(city_folder: Path, places: Iterable[str]) -> list[str]:
    listing, _ = read_layers(city_folder)
    names = {layer.name for layer in listing.layers}
    return [place for place in places if Path(place).stem not in names]


def _is_deleted(city_folder: Path, place: str) -> bool:
    path = city_folder / place
    sidecars = () if path.parent.name == "layers" else (f"{path.name}.aux.xml", f"{path.name}.ovr", f"{path.name}.msk")
    return all([_is_gone(path), *(_is_gone(path.with_name(each)) for each in sidecars)])


def _is_gone(path: Path) -> bool:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)  # goes on with the rest where a file is held open
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    return not path.exists()


def _beside(city_folder: Path, name: str) -> Iterator[Path]:
    """Find what writers put beside their target before they move it into place."""
    for each in stores_of(name):
        yield from (city_folder / "layers").glob(f".{each}.*")
    yield from (city_folder / "imagery").glob(f".{name}.*")


def _write(note: Path, places: list[str], *, is_adding: bool) -> None:
    note.parent.mkdir(exist_ok=True)
    note.write_text(json.dumps({"adding": is_adding, "places": places}), "utf-8")


def _drop(note: Path) -> None:
    note.unlink(missing_ok=True)
    with suppress(OSError):  # there are other notes
        note.parent.rmdir()


def _read(note: Path) -> tuple[list[str], bool]:
    """Read a note's places, and whether it is an import's. Only places of layers are taken, whatever stands there."""
    try:
        told = json.loads(note.read_text("utf-8"))
        places = [place for place in told["places"] if isinstance(place, str) and _PLACE.fullmatch(place)]
        return places, bool(told["adding"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return [], False
