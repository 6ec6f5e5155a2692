"""Put a built city folder in its place: whole or not at all, with checksums, and what people wrote kept."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from gis.city import CHECKSUM_FILE, City, CityError, checksum
from gis.columns import is_layer_name
from gis.grid import LAYER as GRID
from gis.toml_reading import read_toml

# Files that people write: a rebuilt city keeps those of the city that it replaces.
KEPT_FILES = (
    *("profiles.toml", "roster.toml", "runcards.toml", "opening.toml", "layers.toml"),
    *("speeds.toml", "learned_speeds.toml", "penalties.toml", "redirects.toml", "targets.toml"),
    *("compliance.toml", "calendar.toml", "standards.toml", "areas.toml", "component_codes.csv"),
)


def write_checksums(folder: Path) -> None:
    """Write the checksum of every file that people do not edit, in the format of the command sha256sum."""
    lines = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = file.relative_to(folder).as_posix()
        if name not in (*KEPT_FILES, CHECKSUM_FILE):
            lines.append(f"{checksum(file)}  {name}\n")
    (folder / CHECKSUM_FILE).write_text("".join(lines), "utf-8", newline="\n")


def put_in_place(beside: Path, out: Path, *, kept: Sequence[str] = KEPT_FILES) -> None:
    """Rename the built folder into its place; a city that stood there is kept until that has happened.

    kept: files of that city that stay, because people wrote them; where layers.toml is one of them, the data of the
    layers that it names, and the grid, stay too. Raises CityError where those are in another CRS than the new city.
    """
    old = None
    if out.exists():
        if "layers.toml" in kept:
            _keep_user_layers(out, beside)
        for file in kept:
            if (out / file).is_file():
                shutil.copy2(out / file, beside / file)
        old = out.parent / f".{out.name}.{secrets.token_hex(4)}.old"
        out.rename(old)
    try:
        beside.rename(out)
    except OSError:
        if old is not None:
            old.rename(out)
        raise
    if old is not None:
        shutil.rmtree(old, ignore_errors=True)


def _keep_user_layers(out: Path, beside: Path) -> None:
    """Copy the data of what people laid over the old city into the new one."""
    names = [*_user_layers(out), GRID]  # cases name the grid's cells: a new build does not number them anew
    folders = [out / "layers" / name for name in names if (out / "layers" / name / "layer.json").is_file()]
    folders = [folder for folder in folders if not (beside / "layers" / folder.name).exists()]
    pictures = out / "imagery"
    if not folders and not pictures.is_dir():
        return
    before, after = City.open(out).metric_crs, City.open(beside).metric_crs
    if before.casefold() != after.casefold():
        raise CityError(f"{out}: layers were added to it in {before}; take them away, or build the city in that CRS")
    for folder in folders:
        shutil.copytree(folder, beside / "layers" / folder.name)
    if pictures.is_dir():
        shutil.copytree(pictures, beside / "imagery", dirs_exist_ok=True)


def _user_layers(city_folder: Path) -> list[str]:
    try:
        listed = read_toml(city_folder / "layers.toml").get("layer", [])
    except (OSError, ValueError):
        return []
    names = [entry.get("name") for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str) and is_layer_name(name)]
